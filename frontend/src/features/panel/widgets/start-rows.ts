/** Rows of the start node: new ones, names, what a type needs. Pure. */
import { type Json, rowsOf } from "../form/field-schema";

export interface StartRow {
  variable: string;
  label: string;
  type: string;
  required: boolean;
  [key: string]: unknown;
}

export const START_TYPES = ["text-input", "paragraph", "select", "number", "checkbox", "json_object", "file", "file-list"] as const;

export function readStartRows(value: unknown): StartRow[] {
  return rowsOf<Json>(value).map((raw) => ({
    ...raw,
    variable: typeof raw.variable === "string" ? raw.variable : "",
    label: typeof raw.label === "string" ? raw.label : "",
    type: typeof raw.type === "string" ? raw.type : "text-input",
    required: raw.required === true,
  }));
}

/** A new row whose name no other has. */
export function newStartRow(rows: readonly StartRow[]): StartRow {
  const taken = new Set(rows.map((row) => row.variable));
  let number = rows.length + 1;
  while (taken.has(`input_${number}`)) number += 1;
  return { variable: `input_${number}`, label: "", type: "text-input", required: false, options: [] };
}

/** Give a row another type; what only the old one used goes. */
export function withType(row: StartRow, type: string): StartRow {
  const { default: _default, max_length, ...rest } = row;
  const keepsLength = type === "text-input" || type === "paragraph";
  return {
    ...rest,
    type,
    ...(keepsLength && max_length !== undefined ? { max_length } : {}),
    ...(type === "select" ? { options: row.options ?? [] } : {}),
  };
}

/** A name the runtime takes, made of what was typed: letters, digits and underscores, no digit first. */
export function cleanName(typed: string): string {
  return typed
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .trim()
    .replace(/[\s.-]+/g, "_")
    .replace(/[^A-Za-z0-9_]/g, "")
    .replace(/^(?=\d)/, "_")
    .slice(0, 30);
}
