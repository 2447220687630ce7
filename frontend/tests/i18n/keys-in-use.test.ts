import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");
const NAMESPACES = readdirSync(join(SRC, "i18n/en")).map((file) => file.replace(/\.json$/, ""));
const keysOf = new Map(
  NAMESPACES.map((namespace) => [
    namespace,
    new Set(
      Object.keys(JSON.parse(readFileSync(join(SRC, `i18n/en/${namespace}.json`), "utf-8")) as object).flatMap((key) => [
        key,
        key.replace(/_(one|other)$/, ""),
      ]),
    ),
  ]),
);

/** Literal keys of `t("…")` that no loaded namespace has. Keys put together at run time are not seen. */
function unknownKeys(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf-8");
  const declared = [...text.matchAll(/useTranslation\(\s*(?:\[([^\]]*)\]|"([^"]+)")?/g)];
  if (declared.length === 0) return [];
  const namespaces = declared.flatMap((match) => (match[1] ?? match[2] ?? "common").replaceAll(/["\s]/g, "").split(","));
  const missing: string[] = [];
  for (const match of text.matchAll(/\bt\(\s*"([^"]+)"/g)) {
    const [key, given] = (match[1] ?? "").includes(":") ? (match[1] ?? "").split(":").reverse() : [match[1] ?? "", undefined];
    const places = given ? [given] : namespaces;
    if (!places.some((namespace) => keysOf.get(namespace)?.has(key ?? ""))) missing.push(`${file}: ${match[1]}`);
  }
  return missing;
}

it("every text that a component asks for exists", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf-8" }).filter((file) => /\.tsx?$/.test(file));
  expect(files.flatMap(unknownKeys)).toEqual([]);
});
