/** The script for other sites: one file without imports. Runs after the studio's build and adds to its folder. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

/** A second copy under a name that says what is in it: an address that a site can pin, with a digest. */
function pinned(): Plugin {
  let folder = "dist";
  return {
    name: "pinned-embed",
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const digest = createHash("sha384")
        .update(readFileSync(join(folder, "embed.js")))
        .digest("hex");
      copyFileSync(join(folder, "embed.js"), join(folder, `embed-${digest.slice(0, 12)}.js`));
    },
  };
}

export default defineConfig({
  publicDir: false,
  plugins: [pinned()],
  build: {
    outDir: "dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "src/embed/embed.ts", formats: ["iife"], name: "TidemillEmbed", fileName: () => "embed.js" },
  },
});
