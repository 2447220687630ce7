/** Changes of variables: both versions of the node as rows, operations by type. Pure. */
import { normalType } from "@/features/prompt/variables-in-scope";
import { type Json, rowsOf, strings } from "../form/field-schema";

export interface Assignment {
  variable_selector: string[];
  input_type: "variable" | "constant";
  operation: string;
  value: unknown;
  [key: string]: unknown;
}

const LIST = ["over-write", "append", "extend", "remove-first", "remove-last", "clear"];
const NUMBER = ["over-write", "set", "+=", "-=", "*=", "/=", "clear"];
const PLAIN = ["over-write", "set", "clear"];
const WITHOUT_VALUE = new Set(["clear", "remove-first", "remove-last"]);
/** What the first version of the node can say. */
const FIRST_VERSION = new Set(["over-write", "append", "clear"]);

export function operationsFor(type: string): string[] {
  const plain = normalType(type);
  if (plain === "number") return NUMBER;
  return plain.startsWith("array") ? LIST : PLAIN;
}

export const takesInput = (operation: string): boolean => !WITHOUT_VALUE.has(operation);

/** Where the new value may come from: a variable only, a constant only, or either. */
export function sourcesOf(operation: string): ("variable" | "constant")[] {
  if (operation === "over-write") return ["variable"];
  if (operation === "set") return ["constant"];
  return ["variable", "constant"];
}

/** The type of the value an operation takes for a target of `type`. */
export function inputType(operation: string, type: string): string {
  const plain = normalType(type);
  return operation === "append" ? (/^array\[(.+)]$/.exec(plain)?.[1] ?? "any") : plain;
}

export const isFirstVersion = (data: Json): boolean =>
  rowsOf(data.items).length === 0 && strings(data.assigned_variable_selector).length > 0;

export function readAssignments(data: Json): Assignment[] {
  if (isFirstVersion(data)) {
    return [
      {
        variable_selector: strings(data.assigned_variable_selector),
        input_type: "variable",
        operation: spelled(data.write_mode) || "over-write",
        value: strings(data.input_variable_selector),
      },
    ];
  }
  return rowsOf(data.items).map((raw) => ({
    ...raw,
    variable_selector: strings(raw.variable_selector),
    input_type: raw.input_type === "constant" ? "constant" : "variable",
    operation: spelled(raw.operation || raw.write_mode),
    value: raw.value ?? raw.value_selector ?? null,
  }));
}

const SPELLINGS: Record<string, string> = {
  overwrite: "over-write",
  over_write: "over-write",
  remove_first: "remove-first",
  remove_last: "remove-last",
};

function spelled(operation: unknown): string {
  const text = typeof operation === "string" ? operation : "";
  return SPELLINGS[text] ?? text;
}

/** Write the rows into the node's data: one that the first version can say stays in its words. */
export function writeAssignments(data: Json, rows: readonly Assignment[]): void {
  const [only] = rows;
  if (isFirstVersion(data) && rows.length === 1 && only && only.input_type === "variable" && FIRST_VERSION.has(only.operation)) {
    data.assigned_variable_selector = only.variable_selector;
    data.write_mode = only.operation;
    data.input_variable_selector = strings(only.value);
    return;
  }
  if (isFirstVersion(data)) {
    delete data.assigned_variable_selector;
    delete data.write_mode;
    delete data.input_variable_selector;
  }
  data.version = "2";
  data.items = rows;
}

/** Give a row another operation; a value that does not fit it goes. */
export function withOperation(row: Assignment, operation: string): Assignment {
  if (!takesInput(operation)) return { ...row, operation, value: null };
  const sources = sourcesOf(operation);
  const input_type = sources.includes(row.input_type) ? row.input_type : (sources[0] ?? "variable");
  return { ...row, operation, input_type, value: input_type === row.input_type ? row.value : input_type === "variable" ? [] : null };
}

/** Give a row another target; operation and value stay when they fit its type. */
export function withTarget(row: Assignment, selector: string[], type: string): Assignment {
  const operations = operationsFor(type);
  const next = { ...row, variable_selector: selector };
  return operations.includes(row.operation) ? next : withOperation(next, operations[0] ?? "over-write");
}
