import { isLanguage, type Language } from "@/i18n";
import { useLanguageTag } from "@/lib/use-texts";

export function useLanguage(): Language {
  const language = useLanguageTag();
  return isLanguage(language) ? language : "en";
}

/** Picks the text for the current language from labels the server sends ({en, "zh-Hans"}). */
export function useLocalized(): (labels: Record<string, string> | undefined) => string {
  const language = useLanguage();
  return (labels) => labels?.[language] ?? labels?.en ?? "";
}
