import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/types";

/** Words a problem by its code, or by the server's sentence where there is no text for the code yet. */
export function useProblemText(): (problem: Problem) => string {
  const { t, i18n } = useTranslation("problems");
  return (problem) => (i18n.exists(problem.code, { ns: "problems" }) ? t(problem.code, problem.params) : problem.message);
}
