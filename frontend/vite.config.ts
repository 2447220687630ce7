import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.TIDEMILL_URL ?? "http://localhost:8080";
const proxy = { target: server, changeOrigin: false };

/** The development server hands out the pages of apps at their own addresses, as the server does. */
const appPages: Plugin = {
  name: "app-pages",
  configureServer(vite) {
    vite.middlewares.use((request, _response, next) => {
      if (/^\/(?:chat|completion|workflow|embed)\/[\w-]+(?:[?#]|$)/.test(request.url ?? "")) request.url = "/chat.html";
      next();
    });
  },
};

export default defineConfig({
  base: "/",
  plugins: [react(), appPages],
  resolve: { alias: { "@": here("./src") } },
  // Named here so that a screen opened for the first time does not make the development server reload the page.
  optimizeDeps: {
    include: ["@mantine/core", "@mantine/form", "@mantine/hooks", "@mantine/modals", "@mantine/notifications", "@mantine/spotlight"],
  },
  server: {
    port: 5173,
    proxy: { "/api": proxy, "/_allauth": proxy, "/v1": proxy, "/files": proxy, "/ws": { ...proxy, ws: true } },
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    manifest: true,
    // The largest are diagrams and the API reference, which load where they are asked for; `npm run size` weighs what everybody gets.
    chunkSizeWarningLimit: 2000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here("./index.html"), chat: here("./chat.html"), apiDocs: here("./api-docs.html") },
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: "mantine", test: /node_modules\/@mantine\/(core|hooks)\//, minShareCount: 45, priority: 2 },
            { name: "icons", test: /node_modules\/@tabler\/icons-react\//, minShareCount: 6, priority: 2 },
            { name: "data", test: /node_modules\/(@tanstack|i18next|react-i18next|zustand)\//, priority: 2 },
          ],
        },
      },
    },
  },
});
