import { useTranslation } from "react-i18next";
import { rankingIn, type RetrievalSettings } from "@/features/knowledge/retrieval/retrieval-settings";

/** Words settings in one line: «Meaning and words · 70 % meaning · 4 pieces». */
export function useSettingsWords(): (settings: RetrievalSettings) => string {
  const { t } = useTranslation("knowledge-retrieval");
  return (settings) => {
    const ranking = rankingIn(settings);
    const words = [
      t(`method.${settings.method}`),
      ranking === "weights" ? t("words.meaning", { share: Math.round(settings.meaning * 100) }) : null,
      ranking === "model" && settings.rerank ? t("words.rerank", { model: settings.rerank.name }) : null,
      t("words.topK", { count: settings.topK }),
      settings.limited ? t("words.threshold", { score: settings.threshold }) : null,
      settings.conditions.length > 0 ? t("words.filter", { count: settings.conditions.length }) : null,
    ];
    return words.filter((word) => word !== null).join(" · ");
  };
}
