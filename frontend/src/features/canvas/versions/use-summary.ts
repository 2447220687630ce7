import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { VersionChanges } from "@/api/types";
import { useLanguage } from "@/lib/use-language";
import { record } from "@/features/panel/form/field-schema";
import { nodeTypesQuery } from "../data";

/** A line for what a version changed: «+2 steps, prompt edited in «Draft»». */
export function useSummary(): (changes: VersionChanges) => string {
  const { t, i18n } = useTranslation("versions");
  const language = useLanguage();
  const { data: types } = useQuery(nodeTypesQuery);
  return useCallback(
    (changes) => {
      if (!changes.against) return t("summary.first");
      const nameOf = (key: string, type?: string): string => {
        const schema = record(record(types?.find((one) => one.type === type)?.config_schema.properties)[key]);
        const title = schema[`x-title-${language}`] ?? (language === "en" ? schema.title : undefined);
        if (typeof title === "string") return language === "en" ? title.charAt(0).toLowerCase() + title.slice(1) : title;
        return i18n.exists(`key.${key}`, { ns: "versions" }) ? t(`key.${key}` as "key.title") : key.replaceAll("_", " ");
      };
      const names = (keys: string[], type?: string): string =>
        [...new Set(keys.slice(0, 3).map((key) => nameOf(key, type)))].join(t("comma"));
      const edited = changes.steps.filter((step) => step.change === "changed");
      const parts = [
        ...(changes.added ? [t("summary.added", { count: changes.added })] : []),
        ...(changes.removed ? [t("summary.removed", { count: changes.removed })] : []),
        ...edited.map((step) => t("summary.step", { settings: names(step.settings, step.type), title: step.title })),
        ...(changes.changed > edited.length ? [t("summary.more", { count: changes.changed - edited.length })] : []),
        ...(changes.settings.length ? [t("summary.settings", { settings: names(changes.settings) })] : []),
        ...(changes.parts.length
          ? [
              t("summary.settings", {
                settings: changes.parts.map((part) => t(`part.${part}` as "part.edges", { defaultValue: part })).join(t("comma")),
              }),
            ]
          : []),
      ];
      const told = parts.join(t("comma"));
      return told ? told.charAt(0).toLocaleUpperCase(language) + told.slice(1) : t("summary.none");
    },
    [t, i18n, language, types],
  );
}
