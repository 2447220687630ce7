/** Rows of a table as inputs of runs, and what became of them as a table again. Pure. */
import { checkValues, type FormValues, type InputError, type InputField, initialValues } from "@/features/runs/input-fields";
import { writeCsv } from "./csv";

export const MOST_ROWS = 200;
const YES = new Set(["true", "1", "yes", "y", "是", "x"]);

export type TableProblem =
  | { code: "noRows" }
  | { code: "tooMany"; count: number; max: number }
  | { code: "unknown" | "missing"; names: string }
  | { code: "row"; row: number; error: InputError };

const isFile = (field: InputField) => field.type === "file" || field.type === "file-list";

export const tableFields = <F extends InputField>(fields: readonly F[]): F[] => fields.filter((field) => !isFile(field));
export const fileFields = <F extends InputField>(fields: readonly F[]): F[] => fields.filter(isFile);

/** The header that a field has in a table: its label, unless two share it. */
export function headers(fields: readonly InputField[]): string[] {
  const labels = fields.map((field) => field.label);
  return fields.map((field) => (labels.filter((label) => label === field.label).length > 1 ? field.name : field.label));
}

export function template(fields: readonly InputField[]): string {
  return writeCsv([headers(fields)]);
}

/** The values of each row by the names of the fields, or the first thing that is wrong. Columns may be called by label or by name. */
export function readRows(rows: readonly string[][], fields: readonly InputField[]): FormValues[] | TableProblem {
  const [head = [], ...body] = rows;
  if (body.length === 0) return { code: "noRows" };
  if (body.length > MOST_ROWS) return { code: "tooMany", count: body.length, max: MOST_ROWS };
  const names = headers(fields);
  const columns = head.map((title) => fields.find((field, i) => names[i] === title.trim() || field.name === title.trim()) ?? null);
  const unknown = head.filter((title, i) => columns[i] === null && title.trim() !== "");
  if (unknown.length > 0) return { code: "unknown", names: unknown.join(", ") };
  const missing = fields.filter((field) => field.required && !columns.includes(field));
  if (missing.length > 0) return { code: "missing", names: missing.map((field) => field.label).join(", ") };
  const read: FormValues[] = [];
  for (const [index, cells] of body.entries()) {
    const given = Object.fromEntries(columns.flatMap((field, i) => (field ? [[field.name, cellValue(field, cells[i] ?? "")]] : [])));
    const values = initialValues(fields, given);
    const wrong = Object.values(checkValues(fields, values))[0];
    if (wrong) return { code: "row", row: index + 2, error: wrong };
    read.push(values);
  }
  return read;
}

function cellValue(field: InputField, cell: string): unknown {
  if (field.type === "checkbox") return YES.has(cell.trim().toLowerCase());
  const text = field.type === "paragraph" || field.type === "text-input" ? cell : cell.trim();
  return text === "" ? undefined : text;
}

export type RowState = "waiting" | "running" | "succeeded" | "failed" | "stopped";

export interface BatchRow {
  values: FormValues;
  state: RowState;
  /** The answer, or the outputs of a workflow. */
  result: string;
  outputs: Record<string, unknown> | null;
  error: string;
}

const cell = (value: unknown): string => {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
};

/** The table that comes back: what was given, and what became of it; a column for each output where there are several. */
export function resultTable(rows: readonly BatchRow[], fields: readonly InputField[], titles: { state: string; result: string }): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.outputs ?? {})))];
  const several = names.length > 1;
  const results = (row: BatchRow) => (several ? [...names.map((name) => cell(row.outputs?.[name])), row.error] : [row.result || row.error]);
  return writeCsv([
    [...headers(fields), titles.state, ...(several ? names : []), titles.result],
    ...rows.map((row) => [...fields.map((field) => cell(row.values[field.name])), row.state, ...results(row)]),
  ]);
}

/** The outputs of a workflow as one text: the only one as it is, several as JSON. */
export function outputsText(outputs: Record<string, unknown> | null): string {
  const values = Object.values(outputs ?? {});
  if (values.length === 1 && typeof values[0] === "string") return values[0];
  return outputs && values.length > 0 ? JSON.stringify(outputs, null, 2) : "";
}
