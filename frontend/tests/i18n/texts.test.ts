import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../src/i18n");
const SOURCE = "en";
const LANGUAGES = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const NAMESPACES = readdirSync(join(ROOT, SOURCE)).map((file) => file.replace(/\.json$/, ""));

function texts(language: string, namespace: string): Record<string, string> {
  return JSON.parse(readFileSync(join(ROOT, language, `${namespace}.json`), "utf-8")) as Record<string, string>;
}

/** Languages differ in their plural forms: a key counts once, whatever its forms. */
function baseKeys(all: Record<string, string>): string[] {
  return [...new Set(Object.keys(all).map((key) => key.replace(/_(zero|one|two|few|many|other)$/, "")))].sort();
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}/g)].map((match) => match[1] ?? ""))].sort();
}

function formOf(all: Record<string, string>, key: string): string {
  return all[key] ?? all[`${key}_other`] ?? "";
}

describe.each(NAMESPACES)("texts of %s", (namespace) => {
  const source = texts(SOURCE, namespace);

  it.each(LANGUAGES)("%s has no empty text", (language) => {
    const empty = Object.entries(texts(language, namespace)).filter(([, text]) => typeof text !== "string" || !text.trim());
    expect(empty).toEqual([]);
  });

  it.each(LANGUAGES.filter((language) => language !== SOURCE))("%s has the same keys and placeholders", (language) => {
    const other = texts(language, namespace);
    expect(baseKeys(other)).toEqual(baseKeys(source));
    const differing = baseKeys(source).filter(
      (key) => String(placeholders(formOf(other, key))) !== String(placeholders(formOf(source, key))),
    );
    expect(differing).toEqual([]);
  });

  it("zh-Hans has the punctuation of its script", () => {
    const western = Object.entries(texts("zh-Hans", namespace)).filter(([, text]) => /[一-鿿][,:;?!](?=[一-鿿]|$)/.test(text));
    expect(western).toEqual([]);
  });

  it.each(LANGUAGES)("%s has every plural form its language needs", (language) => {
    const all = texts(language, namespace);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = Object.keys(all).filter((key) => key.endsWith("_other"));
    const missing = counted.flatMap((key) => forms.map((form) => key.replace(/other$/, form))).filter((key) => !(key in all));
    expect(missing).toEqual([]);
  });
});

it("every namespace exists in every language", () => {
  for (const language of LANGUAGES)
    expect(readdirSync(join(ROOT, language)).sort()).toEqual(NAMESPACES.map((name) => `${name}.json`).sort());
});
