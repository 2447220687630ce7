/** Reads the fields of a form from a node type's JSON schema. Pure. */

export type Json = Record<string, unknown>;

export interface Choice {
  value: string;
  label: string;
}

export interface FieldSchema {
  /** Dotted path inside the node's `data`. */
  path: string;
  widget: string;
  label: string;
  hint: string;
  placeholder: string;
  required: boolean;
  choices: Choice[];
  minimum?: number;
  maximum?: number;
  integer: boolean;
  maxLength?: number;
  /** Types of variables that fit; empty: any. */
  wanted: string[];
  fallback: unknown;
  raw: Json;
  children: FieldSchema[];
}

/** Kept for every node and edited elsewhere: title and description on top, error handling below, place in containers by the canvas. */
const COMMON = new Set([
  "type",
  "title",
  "desc",
  "version",
  "config_version",
  "selected",
  "error_strategy",
  "default_value",
  "retry_config",
  "isInIteration",
  "iteration_id",
  "isInLoop",
  "loop_id",
  "credential_id",
]);

export function formFields(schema: Json, language: string): FieldSchema[] {
  return fieldsOf(schema, schema, "", language).filter((field) => !COMMON.has(field.path));
}

function fieldsOf(root: Json, schema: Json, prefix: string, language: string): FieldSchema[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(record(schema.properties)).flatMap(([name, raw]) => {
    const field = fieldOf(root, record(raw), prefix ? `${prefix}.${name}` : name, required.has(name), language);
    return field ? [field] : [];
  });
}

function fieldOf(root: Json, raw: Json, path: string, required: boolean, language: string): FieldSchema | null {
  const schema = resolve(root, raw);
  const children = schema.type === "object" && !schema["x-widget"] ? fieldsOf(root, schema, path, language) : [];
  const choices = choicesOf(schema, language);
  const widget = widgetOf(schema, choices, children);
  if (!widget) return null;
  const name = path.split(".").at(-1) ?? path;
  return {
    path,
    widget,
    label: words(schema, "title", language) || name,
    hint: words(schema, "description", language),
    placeholder: words(schema, "x-placeholder", language),
    required,
    choices,
    minimum: numberOf(schema.minimum ?? schema.exclusiveMinimum),
    maximum: numberOf(schema.maximum ?? schema.exclusiveMaximum),
    integer: schema.type === "integer",
    maxLength: numberOf(schema.maxLength),
    wanted: strings(schema["x-types"]),
    fallback: schema.default,
    raw: schema,
    children,
  };
}

/** The widget asked for, else the one a plain value suggests. Null hides what is kept but not edited here. */
function widgetOf(schema: Json, choices: Choice[], children: FieldSchema[]): string | null {
  const asked = schema["x-widget"];
  if (asked === "hidden") return null;
  if (typeof asked === "string") return asked;
  if (choices.length > 0) return "select";
  if (schema.type === "boolean") return "switch";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string") return "text";
  return children.length > 0 ? "group" : null;
}

/** Follow `$ref`, and see through «or null», which pydantic writes for optional values. */
export function resolve(root: Json, raw: Json): Json {
  let schema = raw;
  for (let depth = 0; depth < 8; depth += 1) {
    const options = [schema.anyOf, schema.allOf]
      .flatMap((list) => (Array.isArray(list) ? list.map(record) : []))
      .filter((option) => option.type !== "null");
    if (typeof schema.$ref === "string") {
      const { $ref, ...own } = schema;
      schema = { ...record(pointer(root, $ref as string)), ...own };
    } else if (options.length === 1) {
      const { anyOf: _any, allOf: _all, ...own } = schema;
      schema = { ...options[0], ...own };
    } else break;
  }
  return schema;
}

function pointer(root: Json, reference: string): unknown {
  return reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((value, key) => record(value)[key], root);
}

function choicesOf(schema: Json, language: string): Choice[] {
  const values = Array.isArray(schema.enum) ? schema.enum : [];
  const labels = record(schema["x-labels"]);
  return values
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map((value) => {
      const label = labels[String(value)];
      const text = typeof label === "string" ? label : (record(label)[language] ?? record(label).en);
      return { value: String(value), label: typeof text === "string" ? text : String(value) };
    });
}

function words(schema: Json, key: string, language: string): string {
  const plain = key.replace(/^x-/, "");
  const local = schema[`x-${plain}-${language}`] ?? schema[key];
  return typeof local === "string" ? local : "";
}

/**
 * Tell whether a field is shown: `x-show-if` is `{path: value | [values]}` (all must hold)
 * or `{field, equals | in | not}`. Paths count from the node's `data`.
 */
export function isShown(schema: Json, data: Json): boolean {
  const rule = schema["x-show-if"];
  if (typeof rule !== "object" || rule === null) return true;
  if (Array.isArray(rule)) return rule.every((one) => isShown({ "x-show-if": one }, data));
  const spec = rule as Json;
  if (typeof spec.field === "string") {
    const value = getPath(data, spec.field);
    if ("not" in spec) return !matches(value, spec.not);
    return matches(value, "in" in spec ? spec.in : "equals" in spec ? spec.equals : true);
  }
  return Object.entries(spec).every(([path, wanted]) => matches(getPath(data, path), wanted));
}

function matches(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.some((one) => matches(value, one));
  if (wanted === false || wanted === null) return value === wanted || value === undefined || value === null;
  return value === wanted;
}

export function getPath(data: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? (value as Json)[key] : undefined), data);
}

/** Set a value inside `data`, which is an immer draft or a copy; missing objects on the way are made. Undefined removes the key. */
export function setPath(data: Json, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let target = data;
  for (const key of keys) {
    if (typeof target[key] !== "object" || target[key] === null) target[key] = {};
    target = target[key] as Json;
  }
  if (value === undefined) delete target[last];
  else target[last] = value;
}

export function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** The rows of a list of objects; anything else in it is left out of the form. */
export function rowsOf<Row extends object = Json>(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter((item): item is Row => typeof item === "object" && item !== null && !Array.isArray(item)) : [];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
