/** The body of a request: old and new shapes as rows. Pure. */
import { type Json, record, rowsOf, strings } from "../form/field-schema";
import { readLines } from "./http-lines";

export const BODY_TYPES = ["none", "form-data", "x-www-form-urlencoded", "json", "raw-text", "binary"] as const;
export type BodyType = (typeof BODY_TYPES)[number];

export interface BodyRow {
  key: string;
  type: "text" | "file";
  value: string;
  file?: string[];
  [key: string]: unknown;
}

export const isForm = (type: string): boolean => type === "form-data" || type === "x-www-form-urlencoded";

export function bodyType(body: Json): BodyType {
  return BODY_TYPES.find((type) => type === body.type) ?? "none";
}

/** The rows of a body. Old files have one text: the whole body, or a form's fields as lines. */
export function readBody(body: Json): BodyRow[] {
  const { data } = body;
  if (typeof data === "string") {
    if (!isForm(String(body.type))) return data ? [row("", data)] : [];
    return readLines(data)
      .filter((line) => line.key)
      .map((line) => row(line.key, line.value));
  }
  return rowsOf(Array.isArray(data) ? data : record(data).key !== undefined || record(data).value !== undefined ? [data] : []).map(
    (raw) => ({
      ...raw,
      key: typeof raw.key === "string" ? raw.key : "",
      type: raw.type === "file" ? "file" : "text",
      value: typeof raw.value === "string" ? raw.value : raw.value === undefined || raw.value === null ? "" : String(raw.value),
      ...(raw.file === undefined ? {} : { file: strings(raw.file) }),
    }),
  );
}

export function row(key: string, value: string): BodyRow {
  return { key, type: "text", value };
}

/** The body in another type; between forms, and between texts, what was typed stays. */
export function withBodyType(body: Json, type: BodyType): Json {
  const rows = readBody(body);
  const before = bodyType(body);
  const texts = new Set<string>(["json", "raw-text"]);
  const keeps = (isForm(before) && isForm(type)) || (texts.has(before) && texts.has(type));
  if (type === "none") return { ...body, type, data: [] };
  if (keeps) return { ...body, type, data: rows.filter((one) => type !== "x-www-form-urlencoded" || one.type === "text") };
  return { ...body, type, data: isForm(type) ? [] : [row("", "")] };
}
