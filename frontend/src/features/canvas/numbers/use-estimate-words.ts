import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "../formats";
import type { Estimate } from "./estimate";

/** «≈ 1.2 s · 340 tok · $0.002»; with a plus where an answer comes on top. */
export function useEstimateWords(): (estimate: Estimate) => string {
  const { t } = useTranslation("numbers");
  const formats = useFormats();
  return useCallback(
    ({ from, seconds, tokens, cost }) => {
      const more = from === "prompt" ? "+" : "";
      const parts = [
        seconds === null ? "" : formats.seconds(seconds),
        tokens ? t("tokens", { tokens: formats.tokens(tokens) + more }) : "",
        cost === null ? "" : `${formats.cost(cost)}${more}`,
      ];
      return t("about", { what: parts.filter(Boolean).join(" · ") });
    },
    [t, formats],
  );
}
