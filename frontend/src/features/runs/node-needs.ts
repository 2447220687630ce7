/** The form of what a node needs in order to be run alone. Pure. */
import type { NodeNeeds } from "@/api/types";

export type Need = NodeNeeds["needs"][number];
export type NeedValues = Record<string, unknown>;

export const keyOf = (need: Need): string => need.selector.join(".");

/** The kind of field for a value: what is of no declared type is shown as what it is. */
export function fieldType(need: Need): string {
  if (need.type === "file" || need.type === "array[file]") return "object";
  if (need.type !== "any" && need.type) return need.type === "secret" ? "string" : need.type;
  const { value } = need;
  if (typeof value === "number" || typeof value === "boolean") return typeof value;
  return typeof value === "object" && value !== null ? "object" : "string";
}

/** What was typed, else what the earlier run had; a value too large to show is taken from that run by the platform. */
export function valueOf(need: Need, typed: NeedValues): unknown {
  const key = keyOf(need);
  return Object.hasOwn(typed, key) ? typed[key] : need.has_value ? need.value : undefined;
}

/** Needs without a value that the node cannot do without. */
export function missing(needs: readonly Need[], typed: NeedValues): Need[] {
  return needs.filter((need) => need.required && !need.omitted && valueOf(need, typed) === undefined);
}

/** The body's `values`: by namespace and variable. */
export function toValues(needs: readonly Need[], typed: NeedValues): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const need of needs) {
    const [namespace = "", name = ""] = need.selector;
    const value = valueOf(need, typed);
    if (value === undefined || (need.omitted && !Object.hasOwn(typed, keyOf(need)))) continue;
    (values[namespace] ??= {})[name] = value;
  }
  return values;
}
