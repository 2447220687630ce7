/** Which conditions held in a run of an if/else node. Pure. */
import { type Json, rowsOf } from "../form/field-schema";
import type { Case } from "./conditions";

export interface Outcome {
  held: boolean;
  actual: unknown;
}

/**
 * The outcome of each condition, as `<case>.<condition>`; those that were not looked at have none. The record of the
 * run lists comparisons in order, and each case stops at the one that decides. Cases edited since give nothing.
 */
export function conditionResults(cases: readonly Case[], process: Json): Map<string, Outcome> {
  const rows = rowsOf<Json>(process.condition_results);
  const found = new Map<string, Outcome>();
  let at = 0;
  for (const [index, branch] of cases.entries()) {
    const stopAt = branch.logical_operator === "or";
    let held = branch.conditions.length > 0 && !stopAt;
    for (const [place, condition] of branch.conditions.entries()) {
      const row = rows[at];
      if (!row) return found;
      if (row.variable !== condition.variable_selector.join(".")) return new Map();
      at += 1;
      held = row.result === true;
      found.set(`${index}.${place}`, { held, actual: row.actual_value });
      if (held === stopAt) break;
    }
    if (held) return found;
  }
  return found;
}
