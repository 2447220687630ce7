/** The fields and buttons of a form for people. Pure. */
import { type Json, record, rowsOf } from "../form/field-schema";

export const FIELD_TYPES = ["paragraph", "text-input", "select", "file", "file-list"] as const;
export const BUTTON_STYLES = ["primary", "default", "accent", "ghost"] as const;

export interface FormField {
  type: string;
  output_variable_name: string;
  default?: unknown;
  option_source?: unknown;
  [key: string]: unknown;
}

export interface FormAction {
  id: string;
  title: string;
  button_style?: string;
  [key: string]: unknown;
}

/** A value written out, or taken from a variable. */
export interface Source {
  type: "constant" | "variable";
  selector: string[];
  value: unknown;
}

export function readFields(value: unknown): FormField[] {
  return rowsOf<Json>(value).map((raw) => ({
    ...raw,
    type: typeof raw.type === "string" ? raw.type.replaceAll("_", "-") : "paragraph",
    output_variable_name: typeof raw.output_variable_name === "string" ? raw.output_variable_name : "",
  }));
}

export function readActions(value: unknown): FormAction[] {
  return rowsOf<Json>(value).map((raw) => ({ ...raw, id: String(raw.id ?? ""), title: typeof raw.title === "string" ? raw.title : "" }));
}

export function readSource(value: unknown): Source {
  const raw = record(value);
  return {
    ...raw,
    type: raw.type === "variable" ? "variable" : "constant",
    selector: Array.isArray(raw.selector) ? raw.selector.map(String) : [],
    value: raw.value ?? "",
  };
}

/** Give a field another type; what only the old one used goes. */
export function withFieldType(field: FormField, type: string): FormField {
  const { option_source, default: preset, allowed_file_types, number_limits, ...rest } = field;
  const file = type === "file" || type === "file-list";
  return {
    ...rest,
    type,
    ...(type === "select" ? { option_source: option_source ?? { type: "constant", selector: [], value: [] } } : {}),
    ...(!file && preset !== undefined ? { default: preset } : {}),
    ...(file
      ? { allowed_file_types: allowed_file_types ?? ["document", "image"], allowed_file_upload_methods: ["local_file", "remote_url"] }
      : {}),
    ...(type === "file-list" ? { number_limits: number_limits ?? 5 } : {}),
  };
}

export function newField(fields: readonly FormField[]): FormField {
  const taken = new Set(fields.map((field) => field.output_variable_name));
  let number = fields.length + 1;
  while (taken.has(`field_${number}`)) number += 1;
  return { type: "paragraph", output_variable_name: `field_${number}`, default: { type: "constant", selector: [], value: "" } };
}

/** A button with an id that none has: ids are exits that edges hang on, so they never change. */
export function newAction(actions: readonly FormAction[], title: string): FormAction {
  const taken = new Set(actions.map((action) => action.id));
  let number = actions.length + 1;
  while (taken.has(`action_${number}`)) number += 1;
  return { id: `action_${number}`, title, button_style: "default" };
}

/** The place of a field in the form's text. */
export const fieldMark = (name: string): string => `{{#$output.${name}#}}`;
