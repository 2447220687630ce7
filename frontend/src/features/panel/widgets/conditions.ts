/** Cases of an if/else node: operators by type, new cases and conditions, old shapes. Pure. */
import { normalType } from "@/features/prompt/variables-in-scope";
import { type Json, rowsOf, strings } from "../form/field-schema";

export interface Condition {
  id: string;
  varType: string;
  variable_selector: string[];
  comparison_operator: string;
  value: unknown;
  numberVarType?: string;
  sub_variable_condition?: unknown;
  [key: string]: unknown;
}
export interface Case {
  case_id: string;
  logical_operator: "and" | "or";
  conditions: Condition[];
  [key: string]: unknown;
}

const TEXT = ["contains", "not contains", "start with", "end with", "is", "is not", "in", "not in", "empty", "not empty"];
const NUMBER = ["=", "≠", ">", "<", "≥", "≤", "empty", "not empty"];
const LIST = ["contains", "not contains", "empty", "not empty"];
const FILES = ["contains", "not contains", "all of", "empty", "not empty"];
const PRESENCE = ["empty", "not empty"];

/** The comparisons that make sense for a type, the usual one first. */
export function operatorsFor(type: string): string[] {
  const plain = normalType(type);
  if (plain === "number") return NUMBER;
  if (plain === "boolean") return ["is", "is not"];
  if (plain === "file") return ["exists", "not exists"];
  if (plain === "array[file]") return FILES;
  if (plain === "object" || plain === "array[object]" || plain === "array[any]" || plain === "array") return PRESENCE;
  if (plain.startsWith("array")) return LIST;
  return TEXT;
}

const ALONE = new Set(["empty", "not empty", "exists", "not exists", "null", "not null", "is null", "is not null"]);

/** Tell whether an operator compares with a value at all. */
export function takesValue(operator: string): boolean {
  return !ALONE.has(operator);
}

/** Tell whether the value is a list of texts. */
export function takesList(operator: string): boolean {
  return operator === "in" || operator === "not in" || operator === "all of";
}

/** Tell whether a comparison asks something of each file of a list. */
export function asksFiles(type: string, operator: string): boolean {
  return normalType(type) === "array[file]" && (operator === "contains" || operator === "not contains" || operator === "all of");
}

/** Read the cases of a node; the oldest files have one case without a list around it. */
export function readCases(data: Json): Case[] {
  const cases = rowsOf(data.cases);
  if (cases.length) return cases.map(readCase);
  const conditions = rowsOf(data.conditions);
  return conditions.length ? [readCase({ case_id: "true", logical_operator: data.logical_operator, conditions })] : [];
}

function readCase(raw: Json, index = 0): Case {
  return {
    ...raw,
    case_id: typeof raw.case_id === "string" && raw.case_id ? raw.case_id : index === 0 ? "true" : `case_${index + 1}`,
    logical_operator: raw.logical_operator === "or" ? "or" : "and",
    conditions: rowsOf(raw.conditions).map(readCondition),
  };
}

export function readCondition(raw: Json): Condition {
  return {
    ...raw,
    id: typeof raw.id === "string" ? raw.id : "",
    varType: typeof raw.varType === "string" ? raw.varType : "string",
    variable_selector: strings(raw.variable_selector),
    comparison_operator: typeof raw.comparison_operator === "string" ? raw.comparison_operator : "",
    value: raw.value ?? "",
  };
}

export function newCondition(id: string): Condition {
  return { id, varType: "string", variable_selector: [], comparison_operator: "contains", value: "" };
}

/** A case with an id that none of `cases` has: ids are handles that edges hang on, so they never change. */
export function newCase(cases: readonly Case[], id: string): Case {
  const taken = new Set(cases.map((one) => one.case_id));
  let free = taken.size === 0 ? "true" : id;
  while (taken.has(free) || free === "false") free = `${free}_`;
  return { case_id: free, logical_operator: "and", conditions: [newCondition(`${id}c`)] };
}

/** Give a condition another variable: the operator and the value stay when they fit its type. */
export function withVariable(condition: Condition, selector: string[], type: string): Condition {
  const operators = operatorsFor(type);
  const operator = operators.includes(condition.comparison_operator) ? condition.comparison_operator : (operators[0] ?? "is");
  return withOperator({ ...condition, variable_selector: selector, varType: normalType(type) }, operator);
}

/** Give a condition another operator; a value of the wrong kind is emptied. */
export function withOperator(condition: Condition, operator: string): Condition {
  const { value } = condition;
  let next: unknown = value;
  if (asksFiles(condition.varType, operator)) {
    const sub = condition.sub_variable_condition ?? { case_id: `${condition.id}f`, logical_operator: "and", conditions: [] };
    return { ...condition, comparison_operator: operator, value: "", sub_variable_condition: sub };
  }
  if (condition.sub_variable_condition) {
    const { sub_variable_condition: _files, ...rest } = condition;
    return withOperator({ ...rest, value: "" }, operator);
  }
  if (!takesValue(operator)) next = "";
  else if (condition.varType === "boolean") next = value === true || value === "true";
  else if (takesList(operator)) next = Array.isArray(value) ? value : typeof value === "string" && value ? [value] : [];
  else if (Array.isArray(value)) next = value.length ? String(value[0]) : "";
  else if (typeof value === "boolean") next = "";
  return { ...condition, comparison_operator: operator, value: next };
}

export function moved<Item>(list: readonly Item[], from: number, by: -1 | 1): Item[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return [...list];
  const next = [...list];
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item as Item);
  return next;
}
