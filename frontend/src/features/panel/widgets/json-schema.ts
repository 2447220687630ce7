/** Between rows of a form and a JSON schema of an object; and a schema from an example. Pure. */
import { type Json, record } from "../form/field-schema";

export interface SchemaRow {
  name: string;
  type: string;
  required: boolean;
  description: string;
  /** Rows of an object, or of the objects of a list. */
  rows: SchemaRow[];
  /** What else the schema says of this field: kept. */
  extra: Json;
}

export const ROW_TYPES = [
  "string",
  "number",
  "integer",
  "boolean",
  "object",
  "array[string]",
  "array[number]",
  "array[boolean]",
  "array[object]",
];

/** Rows of a schema; null when it says more than rows can show, and must be edited as JSON. */
export function schemaToRows(schema: Json): SchemaRow[] | null {
  if (["$ref", "anyOf", "oneOf", "allOf", "not", "patternProperties"].some((key) => key in schema)) return null;
  if (schema.type !== undefined && schema.type !== "object") return null;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const rows: SchemaRow[] = [];
  for (const [name, raw] of Object.entries(record(schema.properties))) {
    const row = toRow(name, record(raw), required.includes(name));
    if (!row) return null;
    rows.push(row);
  }
  return rows;
}

function toRow(name: string, schema: Json, required: boolean): SchemaRow | null {
  const { type, description, properties, items, required: _inner, ...extra } = schema;
  if (typeof type !== "string" || "anyOf" in schema || "$ref" in schema) return null;
  const base = { name, required, description: typeof description === "string" ? description : "", extra };
  if (type === "array") {
    const item = record(items);
    const inner = typeof item.type === "string" ? (item.type === "integer" ? "number" : item.type) : "";
    if (!ROW_TYPES.includes(`array[${inner}]`)) return null;
    const rows = inner === "object" ? schemaToRows(item) : [];
    return rows && { ...base, type: `array[${inner}]`, rows };
  }
  if (!ROW_TYPES.includes(type)) return null;
  const rows = type === "object" ? schemaToRows({ type, properties, required: schema.required }) : [];
  return rows && { ...base, type, rows };
}

/** Write rows as a schema; rows without a name are left out. `kept`: what the schema said beside its fields. */
export function rowsToSchema(rows: readonly SchemaRow[], kept: Json = {}): Json {
  const { type: _type, properties: _properties, required: _required, ...rest } = kept;
  const named = rows.filter((row) => row.name);
  return {
    type: "object",
    properties: Object.fromEntries(named.map((row) => [row.name, fromRow(row)])),
    required: named.filter((row) => row.required).map((row) => row.name),
    additionalProperties: false,
    ...rest,
  };
}

function fromRow(row: SchemaRow): Json {
  const words = row.description ? { description: row.description } : {};
  const inner = /^array\[(.+)]$/.exec(row.type)?.[1];
  if (inner) return { type: "array", ...words, items: inner === "object" ? rowsToSchema(row.rows) : { type: inner }, ...row.extra };
  if (row.type === "object") return { ...rowsToSchema(row.rows), ...words, ...row.extra };
  return { type: row.type, ...words, ...row.extra };
}

/** The schema that an example value has, all fields required. */
export function inferSchema(example: unknown): Json {
  if (Array.isArray(example)) {
    const first = example.find((item) => item !== null);
    return { type: "array", items: first === undefined ? { type: "string" } : inferSchema(first) };
  }
  if (typeof example === "object" && example !== null) {
    const fields = Object.entries(example);
    return {
      type: "object",
      properties: Object.fromEntries(fields.map(([name, value]) => [name, inferSchema(value)])),
      required: fields.map(([name]) => name),
      additionalProperties: false,
    };
  }
  if (typeof example === "number") return { type: "number" };
  if (typeof example === "boolean") return { type: "boolean" };
  return { type: "string" };
}
