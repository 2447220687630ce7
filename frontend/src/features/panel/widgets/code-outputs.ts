/** The declared outputs of a program, as rows of a form. Pure. */
import { type Json, record } from "../form/field-schema";

export const OUTPUT_TYPES = ["string", "number", "boolean", "object", "array[string]", "array[number]", "array[boolean]", "array[object]"];

export interface OutputRow {
  name: string;
  type: string;
  /** Declared fields of an object; empty: any. */
  rows: OutputRow[];
  /** What else stands there: kept. */
  extra: Json;
}

export function readOutputs(value: unknown): OutputRow[] {
  return Object.entries(record(value)).map(([name, raw]) => {
    const { type, children, ...extra } = record(raw);
    return { name, type: typeof type === "string" ? type : "string", rows: readOutputs(children), extra };
  });
}

/** The rows as they are stored; one without a name is left out, and the first of two with one name counts. */
export function writeOutputs(rows: readonly OutputRow[]): Json {
  const written: Json = {};
  for (const row of rows) {
    if (!row.name || Object.hasOwn(written, row.name)) continue;
    const children = takesFields(row.type) && row.rows.length ? writeOutputs(row.rows) : null;
    written[row.name] = { ...row.extra, type: row.type, children };
  }
  return written;
}

export const takesFields = (type: string): boolean => type === "object" || type === "array[object]";

export function newOutput(rows: readonly OutputRow[]): OutputRow {
  const taken = new Set(rows.map((row) => row.name));
  let number = rows.length + 1;
  while (taken.has(`output_${number}`)) number += 1;
  return { name: `output_${number}`, type: "string", rows: [], extra: {} };
}
