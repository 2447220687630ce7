import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.TIDEMILL_URL ?? "http://localhost:8080";
const proxy = { target: server, changeOrigin: false };

export default defineConfig({
  base: "/",
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // Named here so that a screen opened for the first time does not make the development server reload the page.
  optimizeDeps: {
    include: ["@mantine/core", "@mantine/form", "@mantine/hooks", "@mantine/modals", "@mantine/notifications", "@mantine/spotlight"],
  },
  server: {
    port: 5173,
    proxy: { "/api": proxy, "/_allauth": proxy, "/v1": proxy, "/ws": { ...proxy, ws: true } },
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: "mantine", test: /node_modules\/@mantine\/(core|hooks)\//, minShareCount: 12, priority: 2 },
            { name: "icons", test: /node_modules\/@tabler\/icons-react\//, minShareCount: 2, priority: 2 },
            { name: "data", test: /node_modules\/(@tanstack|i18next|react-i18next|zustand)\//, priority: 2 },
          ],
        },
      },
    },
  },
});
