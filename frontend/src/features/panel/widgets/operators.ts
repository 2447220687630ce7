import { useTranslation } from "react-i18next";

/** Attributes of a file that conditions and orders may look at. */
export const FILE_KEYS = ["name", "type", "extension", "mime_type", "size", "transfer_method", "url", "related_id"];

/** Comparisons that make sense for an attribute of a file, the usual one first. */
export function fileKeyOperators(key: string): string[] {
  if (key === "size") return ["=", "≠", ">", "<", "≥", "≤"];
  if (key === "type" || key === "transfer_method") return ["in", "not in"];
  return ["contains", "not contains", "start with", "end with", "is", "is not", "in", "not in", "empty", "not empty"];
}

/** Words a comparison; one without words stays as it is written. */
export function useOperatorWords(): (operator: string) => string {
  const { t, i18n } = useTranslation("panel");
  return (operator) => (i18n.exists(`operator.${operator}`, { ns: "panel" }) ? t(`operator.${operator}`) : operator);
}
