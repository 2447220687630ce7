import { defineConfig, mergeConfig } from "vitest/config";
import vite from "./vite.config.ts";

const shared = { setupFiles: ["./tests/setup.ts"], css: false, restoreMocks: true, testTimeout: 20_000 };

/** `*.test.tsx` gets a browser's document; `*.test.ts` runs without, unless its first line asks for one. */
export default mergeConfig(
  vite,
  defineConfig({
    test: {
      projects: [
        { extends: true, test: { ...shared, name: "logic", environment: "node", include: ["{tests,src}/**/*.test.ts"] } },
        { extends: true, test: { ...shared, name: "screens", environment: "jsdom", include: ["{tests,src}/**/*.test.tsx"] } },
      ],
    },
  }),
);
