import { useTranslation } from "react-i18next";
import { isLanguage, type Language } from "@/i18n";

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : "en";
}

/** Picks the text for the current language from labels the server sends ({en, "zh-Hans"}). */
export function useLocalized(): (labels: Record<string, string> | undefined) => string {
  const language = useLanguage();
  return (labels) => labels?.[language] ?? labels?.en ?? "";
}
