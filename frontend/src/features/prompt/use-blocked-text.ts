import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Blocked } from "./variables-in-scope";

/** Words why a variable cannot be taken. */
export function useBlockedText(): (blocked: Blocked) => string {
  const { t } = useTranslation("prompt");
  return useCallback(
    (blocked: Blocked) => {
      if (blocked.code !== "wrong_type") return t(`blocked.${blocked.code}`);
      const { type, wanted } = blocked;
      const hint = type.startsWith("array") && !wanted.includes("array") ? t("blocked.hint_list") : "";
      return [t("blocked.wrong_type", { type, wanted }), hint].filter(Boolean).join(" ");
    },
    [t],
  );
}
