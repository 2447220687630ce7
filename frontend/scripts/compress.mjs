// Lays a gzipped copy beside each text file of the build; the server hands it to browsers that take it. Run after `vite build`.
//   node scripts/compress.mjs [folder]
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";

const folder = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "../dist");
const LEAST_BYTES = 1_000;

for (const name of readdirSync(folder, { recursive: true, encoding: "utf-8" })) {
  if (!/\.(?:js|css|svg)$/.test(name)) continue;
  const content = readFileSync(join(folder, name));
  if (content.length >= LEAST_BYTES) writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
