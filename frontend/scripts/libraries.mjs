// Writes which libraries of others the studio holds, with their licences, as the lock file names them.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const TARGET = here("../src/features/settings/libraries.json");

export function libraries() {
  const { packages } = JSON.parse(readFileSync(here("../package-lock.json"), "utf8"));
  const found = new Map();
  for (const [path, { dev, optional, version, license }] of Object.entries(packages)) {
    if (!path || dev || optional) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (!found.has(name)) found.set(name, { name, version, licence: typeof license === "string" ? license : "" });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const text = () =>
  `[\n${libraries()
    .map((one) => `  ${JSON.stringify(one).replaceAll(":", ": ").replaceAll(",", ", ").replace("{", "{ ").replace("}", " }")}`)
    .join(",\n")}\n]\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, text());
