/** The page's own small catalogue: one language is loaded, a text is looked up by its key. */
import { createContext, useContext } from "react";
import type en from "./texts/en.json";

export const LANGUAGES = ["en", "zh-Hans"] as const;
export type Language = (typeof LANGUAGES)[number];
type Written = keyof typeof en;
type Counted = { [K in Written]: K extends `${infer Base}_one` ? Base : never }[Written];
export type TextKey = Exclude<Written, `${string}_one` | `${string}_other`> | Counted;
export type Params = Record<string, string | number>;
export type Texts = (key: TextKey, params?: Params) => string;
export type Catalogue = Record<string, string>;

const BLANK = /\{\{(\w+)\}\}/g;

/** The language that fits an address tag such as zh-CN; null where we have none. */
export function languageOf(tag: string): Language | null {
  const lower = tag.toLowerCase();
  if (lower.startsWith("zh")) return "zh-Hans";
  return lower.startsWith("en") ? "en" : null;
}

/** The first language of the browser that we have, else the page's own, else English. */
export function chooseLanguage(browser: readonly string[], page: string | undefined): Language {
  for (const tag of browser) {
    const found = languageOf(tag);
    if (found) return found;
  }
  return languageOf(page ?? "") ?? "en";
}

/** `count` among the parameters chooses the plural form. */
export function textsOf(catalogue: Catalogue, language: Language): Texts {
  const plural = new Intl.PluralRules(language);
  return (key, params = {}) => {
    const counted = typeof params.count === "number" ? catalogue[`${key}_${plural.select(params.count)}`] : undefined;
    const text = counted ?? catalogue[key] ?? catalogue[`${key}_other`] ?? key;
    return text.replace(BLANK, (_, name: string) => (params[name] === undefined ? "" : String(params[name])));
  };
}

const FILES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("./texts/en.json"),
  "zh-Hans": () => import("./texts/zh-Hans.json"),
};

export async function loadTexts(language: Language): Promise<Texts> {
  return textsOf((await FILES[language]()).default, language);
}

export const TextsContext = createContext<{ t: Texts; language: Language }>({ t: (key) => key, language: "en" });

/** `t` for the texts of the page, and the language they are in. */
export function useTexts(): { t: Texts; language: Language } {
  return useContext(TextsContext);
}
