// Weighs what a visitor downloads for each screen (gzip), from the build's manifest. Run after `npm run build`.
//   node scripts/check-size.mjs            fails over a limit, or over the recorded weight by more than 5 %
//   node scripts/check-size.mjs --record   writes the present weights to scripts/size-record.json
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FRONTEND = join(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(FRONTEND, "dist");
const RECORD = join(FRONTEND, "scripts/size-record.json");
const GROWTH = 1.05;

const FRAME = ["index.html", "src/app/frame.tsx"];
const texts = (...names) => ["common", "errors", ...names].map((name) => `src/i18n/en/${name}.json`);

/** What each screen loads; `without` is what is there already. Limits in kB. */
const SCREENS = {
  "sign-in": { parts: ["index.html", "src/features/auth/sign-in-page.tsx", ...texts("auth")], js: 230, css: 40 },
  "app list": { parts: [...FRAME, "src/features/apps/apps-page.tsx", ...texts("apps", "auth")], js: 230, css: 40 },
  "canvas, beyond the app list": {
    parts: ["src/features/apps/app-layout.tsx", "src/features/canvas/canvas-page.tsx"],
    // The list's own late parts are there by the time somebody opens an app.
    without: [
      ...FRAME,
      "src/features/apps/apps-page.tsx",
      "src/app/header-tools.tsx",
      "src/app/overlays.tsx",
      "src/features/apps/app-menu.tsx",
    ],
    js: 130,
    css: 20,
  },
  "chat page": { parts: ["chat.html", "src/visitor/texts/en.json"], js: 95, css: 8 },
  "run page, beyond the chat page": { parts: ["src/visitor/run/run-page.tsx"], without: ["chat.html"], js: 12, css: 4 },
  "Markdown, beyond the chat page": { parts: ["src/visitor/answer/markdown-blocks.tsx"], without: ["chat.html"], js: 65, css: 4 },
};
/** What the editor needs of a language, the screen with the most texts; other screens load their own files when they are opened. */
const EDITOR_TEXTS = "common errors apps auth canvas panel widgets runs parts prompt simple problems forms".split(" ");
const LANGUAGE_KB = 60;
/** The script for other sites, which stands alone. */
const EMBED_KB = 8;

const manifest = JSON.parse(readFileSync(join(DIST, ".vite/manifest.json"), "utf-8"));
const weights = new Map();

function weigh(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
  return weights.get(file);
}

/** The files of these parts and of everything they import at once (not what they load later). */
function filesOf(parts) {
  const files = new Set();
  const seen = new Set();
  const add = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the build has no ${key}`);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) add(next);
  };
  parts.forEach(add);
  return files;
}

function kilobytes(files, ending) {
  const bytes = [...files].filter((file) => file.endsWith(ending)).reduce((sum, file) => sum + weigh(file), 0);
  return Math.round(bytes / 100) / 10;
}

const measured = {};
const limits = {};
for (const [name, { parts, without = [], js, css }] of Object.entries(SCREENS)) {
  const already = filesOf(without);
  const files = [...filesOf(parts)].filter((file) => !already.has(file));
  measured[`${name}: js`] = kilobytes(files, ".js");
  measured[`${name}: css`] = kilobytes(files, ".css");
  limits[`${name}: js`] = js;
  limits[`${name}: css`] = css;
}
for (const language of readdirSync(join(FRONTEND, "src/i18n"), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const parts = EDITOR_TEXTS.map((name) => `src/i18n/${language.name}/${name}.json`);
  measured[`language ${language.name}`] = kilobytes(filesOf(parts), ".js");
  limits[`language ${language.name}`] = LANGUAGE_KB;
}

measured["embed.js"] = kilobytes(["embed.js"], ".js");
limits["embed.js"] = EMBED_KB;

if (process.argv.includes("--record")) {
  writeFileSync(RECORD, `${JSON.stringify(measured, null, 2)}\n`);
}
const recorded = JSON.parse(readFileSync(RECORD, "utf-8"));
let failed = false;
for (const [name, size] of Object.entries(measured)) {
  const most = Math.min(limits[name], (recorded[name] ?? limits[name]) * GROWTH);
  const bad = size > most;
  failed ||= bad;
  console.log(
    `${bad ? "FAIL" : "ok  "} ${name.padEnd(34)} ${String(size).padStart(7)} kB   recorded ${recorded[name] ?? "-"}   limit ${limits[name]}`,
  );
}
if (failed) {
  console.error("Too heavy. If the growth is meant and within the limit, run: node scripts/check-size.mjs --record");
  process.exit(1);
}
