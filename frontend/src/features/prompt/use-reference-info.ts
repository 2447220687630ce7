import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { isSpecial } from "./reference";
import { useScope } from "./scope-context";
import { useBlockedText } from "./use-blocked-text";
import { findVariable, type VariableGroup } from "./variables-in-scope";

export interface ReferenceInfo {
  group: string;
  name: string;
  type: string;
  broken: boolean;
  tooltip: string;
}
export type DescribeReference = (selector: readonly string[]) => ReferenceInfo;

/** Words a reference for its chip. The function stays the same while titles and variables do. */
export function useReferenceInfo(): DescribeReference {
  const { groups } = useScope();
  const { t } = useTranslation("prompt");
  const reason = useBlockedText();
  return useMemo(() => {
    const title = (group: VariableGroup) => (group.kind === "node" ? group.title : t(`group.${group.kind}`));
    return (selector) => {
      const path = selector.slice(1).join(".");
      if (isSpecial(selector)) {
        const name = t(`special.${selector[0]}`);
        return { group: "", name, type: "string", broken: false, tooltip: t(`special.${selector[0]}.hint`) };
      }
      const found = findVariable(groups, selector);
      const group = groups.find((one) => one.id === selector[0]);
      if (!found) {
        const tooltip = group ? t("chip.noVariable", { name: path, node: title(group) }) : t("chip.noNode", { node: selector[0] ?? "" });
        return { group: group ? title(group) : (selector[0] ?? ""), name: path, type: "", broken: true, tooltip };
      }
      const blocked = found.group.blocked;
      const tooltip = [`${title(found.group)} · ${path}: ${found.variable.type}`, blocked ? reason(blocked) : ""]
        .filter(Boolean)
        .join("\n");
      return { group: title(found.group), name: path, type: found.variable.type, broken: blocked !== null, tooltip };
    };
  }, [groups, t, reason]);
}
