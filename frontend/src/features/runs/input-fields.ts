/** The inputs a flow asks for, as form fields: defaults, checks, and the body that starts a run. Pure. */
import type { FlowDocument } from "@/api/types";

export type InputType = "text-input" | "paragraph" | "select" | "number" | "checkbox" | "json_object" | "file" | "file-list";

export interface InputField {
  name: string;
  label: string;
  type: InputType;
  required: boolean;
  maxLength: number | null;
  options: string[];
  fallback: unknown;
  hint: string;
  placeholder: string;
  hidden: boolean;
}

/** A file given by its address. */
export interface FileInput {
  type: string;
  transfer_method: "remote_url";
  url: string;
}

/** What stands in the form: texts for numbers and JSON, since a half-typed one must stay. */
export type FormValues = Record<string, unknown>;
export interface InputError {
  code: "required" | "too_long" | "not_a_number" | "not_json" | "not_an_option" | "bad_url" | "too_many" | "server";
  params: Record<string, string | number>;
}

const TYPES = new Set<string>(["text-input", "paragraph", "select", "number", "checkbox", "json_object", "file", "file-list"]);

/** Names that files which were not drawn have for the controls. */
const OTHER_TYPES: Record<string, InputType> = {
  textarea: "paragraph",
  integer: "number",
  boolean: "checkbox",
  object: "json_object",
  json: "json_object",
  files: "file-list",
  "array[file]": "file-list",
};

export function fieldsOf(rows: unknown): InputField[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((raw: Record<string, unknown>) => {
    const name = raw?.variable;
    if (typeof name !== "string" || !name) return [];
    const type = typeOf(raw.type);
    const limit = type === "file-list" ? (raw.number_limits ?? raw.max_length) : raw.max_length;
    const field: InputField = {
      name,
      label: text(raw.label) || name,
      type,
      required: raw.required === true,
      maxLength: typeof limit === "number" && limit > 0 ? limit : null,
      options: Array.isArray(raw.options) ? raw.options.map(optionText) : [],
      fallback: raw.default,
      hint: text(raw.description) || text(raw.hint),
      placeholder: text(raw.placeholder),
      hidden: raw.hide === true,
    };
    return [field];
  });
}

function typeOf(written: unknown): InputType {
  const type = typeof written === "string" ? (OTHER_TYPES[written] ?? written) : "";
  return TYPES.has(type) ? (type as InputType) : "text-input";
}

/** An option is its text; files that were not drawn write numbers, and {value, label}. */
function optionText(option: unknown): string {
  if (typeof option === "object" && option !== null) {
    const { value, label } = option as Record<string, unknown>;
    return optionText(value ?? label ?? "");
  }
  return option === null || option === undefined ? "" : String(option as string | number | boolean);
}

export function startFields(document: FlowDocument): InputField[] {
  return fieldsOf(document.graph.nodes.find((node) => node.data.type === "start")?.data.variables);
}

/** Values to begin with: remembered ones, else a sample, else the defaults. Names the flow no longer has are dropped. */
export function initialValues(fields: readonly InputField[], ...sources: (FormValues | null | undefined)[]): FormValues {
  return Object.fromEntries(
    fields.map((field) => {
      const source = sources.find((one) => one && one[field.name] !== undefined && one[field.name] !== null);
      return [field.name, toForm(field, source ? source[field.name] : field.fallback)];
    }),
  );
}

function toForm(field: InputField, value: unknown): unknown {
  if (field.type === "checkbox") return value === true || value === "true" || value === 1;
  if (field.type === "file") return typeof value === "object" && value !== null ? value : null;
  if (field.type === "file-list") return Array.isArray(value) ? value : [];
  if (field.type === "json_object" && typeof value === "object" && value !== null) return JSON.stringify(value, null, 2);
  return value === undefined || value === null ? "" : String(value);
}

export function isEmpty(field: InputField, value: unknown): boolean {
  if (field.type === "checkbox") return false;
  if (field.type === "file") return !(value as FileInput | null)?.url;
  if (field.type === "file-list") return !Array.isArray(value) || value.length === 0;
  return typeof value !== "string" || value.trim() === "";
}

/** What is wrong with the form, by field. The server checks again. */
export function checkValues(fields: readonly InputField[], values: FormValues): Record<string, InputError> {
  const errors: Record<string, InputError> = {};
  for (const field of fields) {
    const error = checkOne(field, values[field.name]);
    if (error) errors[field.name] = error;
  }
  return errors;
}

function checkOne(field: InputField, value: unknown): InputError | null {
  const name = field.label;
  if (isEmpty(field, value)) return field.required ? { code: "required", params: { name } } : null;
  if (field.type === "checkbox") return null;
  if (field.type === "file") return isAddress((value as FileInput).url) ? null : { code: "bad_url", params: { name } };
  if (field.type === "file-list") {
    const files = value as FileInput[];
    if (field.maxLength && files.length > field.maxLength) return { code: "too_many", params: { name, max: field.maxLength } };
    return files.every((file) => isAddress(file.url)) ? null : { code: "bad_url", params: { name } };
  }
  const typed = value as string;
  if (field.type === "number") return Number.isFinite(Number(typed)) ? null : { code: "not_a_number", params: { name } };
  if (field.type === "json_object") return isJsonObject(typed) ? null : { code: "not_json", params: { name } };
  if (field.type === "select") return field.options.includes(typed) ? null : { code: "not_an_option", params: { name } };
  const length = [...typed].length;
  return field.maxLength && length > field.maxLength ? { code: "too_long", params: { name, max: field.maxLength, length } } : null;
}

function isAddress(url: string): boolean {
  try {
    return /^https?:$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}

function isJsonObject(typed: string): boolean {
  try {
    const value: unknown = JSON.parse(typed);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** The body's `inputs` of checked values; optional fields left empty are not sent. */
export function toInputs(fields: readonly InputField[], values: FormValues): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter((field) => !isEmpty(field, values[field.name])).map((field) => [field.name, send(field, values[field.name])]),
  );
}

function send(field: InputField, value: unknown): unknown {
  if (field.type === "number") return Number(value);
  if (field.type === "json_object") return JSON.parse(value as string) as unknown;
  return value;
}

/** Read pasted JSON into the form: an object of inputs, or a request body with `inputs`. Null when it is neither. */
export function fromPasted(
  fields: readonly InputField[],
  pasted: string,
  current: FormValues,
): { values: FormValues; query: string | null; unknown: string[] } | null {
  if (!isJsonObject(pasted)) return null;
  const raw = JSON.parse(pasted) as Record<string, unknown>;
  const body = typeof raw.inputs === "object" && raw.inputs !== null ? (raw.inputs as FormValues) : raw;
  const known = new Set(fields.map((field) => field.name));
  return {
    values: initialValues(fields, body, current),
    query: typeof raw.query === "string" ? raw.query : null,
    unknown: Object.keys(body).filter((name) => !known.has(name) && name !== "query"),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
