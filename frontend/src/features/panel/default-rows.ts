/** What a step gives instead of its outputs when it fails. Pure. */
import type { Variable } from "@/features/prompt/node-outputs";

export interface DefaultRow {
  key: string;
  type: string;
  value: unknown;
}

const ADDED = new Set(["error_message", "error_type"]);

/** Default values for a node's outputs; what the person has set stays. */
export function defaultRows(outputs: readonly Variable[], kept: readonly DefaultRow[]): DefaultRow[] {
  return outputs.flatMap((output) => {
    const key = output.selector[1] ?? "";
    if (ADDED.has(key)) return [];
    const old = kept.find((row) => row.key === key);
    return [old ?? { key, type: output.type, value: emptyValue(output.type) }];
  });
}

function emptyValue(type: string): unknown {
  if (type === "number") return 0;
  if (type === "boolean") return false;
  if (type === "object") return {};
  return type.startsWith("array") ? [] : "";
}
