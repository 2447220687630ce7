import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Blocked } from "./variables-in-scope";

/** Words why a variable cannot be taken, and with `help` what makes it fit. */
export function useBlockedText(): (blocked: Blocked, help?: boolean) => string {
  const { t } = useTranslation("prompt");
  return useCallback(
    (blocked: Blocked, help = true) => {
      if (blocked.code !== "wrong_type") return t(`blocked.${blocked.code}`);
      const { type, wanted } = blocked;
      const hint = help && type.startsWith("array") && !wanted.includes("array") ? t("blocked.hint_list") : "";
      return [t("blocked.wrong_type", { type, wanted }), hint].filter(Boolean).join(" ");
    },
    [t],
  );
}
