import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Version } from "@/api/types";

/** What a version is called: its number, with its name where it has one. */
export function useVersionName(): (version: Pick<Version, "number" | "name"> | undefined) => string {
  const { t } = useTranslation("versions");
  return useCallback(
    (version) => {
      if (!version) return "";
      if (version.number === null) return version.name || t("unnamed");
      const number = t("number", { number: version.number });
      return version.name ? t("named", { number, name: version.name }) : number;
    },
    [t],
  );
}
