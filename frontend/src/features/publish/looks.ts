import type { Site, SiteChange, SiteTexts } from "@/api/types";

/** What the form about the page's looks holds: texts as they are shown, nothing null. */
export interface Looks {
  title: string;
  description: string;
  icon: string;
  icon_background: string;
  chat_color_theme: string;
  copyright: string;
  privacy_policy: string;
  input_placeholder: string;
  custom_disclaimer: string;
  default_language: string;
  show_workflow_steps: boolean;
  use_icon_as_answer_icon: boolean;
}

const NAMES = [
  "title",
  "description",
  "icon",
  "icon_background",
  "chat_color_theme",
  "copyright",
  "privacy_policy",
  "input_placeholder",
  "custom_disclaimer",
  "default_language",
  "show_workflow_steps",
  "use_icon_as_answer_icon",
] as const satisfies (keyof Looks & keyof SiteTexts)[];

export function looksOf({ texts }: Site): Looks {
  return Object.fromEntries(NAMES.map((name) => [name, texts[name] ?? ""])) as unknown as Looks;
}

/** These fall back to the app's own, or to the page's usual text, where they are empty. */
const FALLING_BACK = new Set<string>(["title", "input_placeholder"]);

/** What of the form differs from the page, as the server takes it. */
export function changedTexts(site: Site, looks: Looks): NonNullable<SiteChange["texts"]> {
  const before = looksOf(site);
  const changed = NAMES.filter((name) => looks[name] !== before[name]);
  return Object.fromEntries(
    changed.map((name) => {
      const value = looks[name];
      const text = typeof value === "string" ? value.trim() : value;
      return [name, text === "" && FALLING_BACK.has(name) ? null : text];
    }),
  );
}
