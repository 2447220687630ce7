import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/types";

/** Words a problem by its code; one we have no text for keeps the server's. */
export function useProblemText(): (problem: Problem) => string {
  const { t, i18n } = useTranslation("problems");
  return (problem) => {
    // One code may need other words by field (`condition_incomplete.value`) or without a value (`variable_name_invalid.empty`).
    const tail = problem.field?.split(".").at(-1) ?? "";
    const blank = Object.values(problem.params ?? {}).includes("") ? [`${problem.code}.empty`] : [];
    const key = [...blank, `${problem.code}.${tail}`, problem.code].find((one) => i18n.exists(one, { ns: "problems" }));
    return key ? t(key, problem.params) : problem.message;
  };
}
