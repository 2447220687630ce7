/** How two JSON values differ, leaf by leaf. Pure. The order of keys does not count; null is the same as nothing. */

export type Json = Record<string, unknown>;
export type Path = readonly (string | number)[];
/** `text`: long enough to be compared word by word. `model`: which model, told as one. `list`: rows came or went. */
export type FieldKind = "text" | "value" | "list" | "model" | "object";

/** One setting that differs. `path` leads to it; undefined: not there. */
export interface FieldChange {
  path: Path;
  kind: FieldKind;
  before: unknown;
  after: unknown;
}

/** Shorter texts are told whole. */
const SHORT = 60;
/** What stands for a row of a list, the first that it has. */
const ROW_NAMES = ["id", "case_id", "variable", "name", "key", "role"] as const;
const MODEL_KEYS = new Set(["provider", "name", "mode"]);
/** Texts that are compared word by word however short they are. */
const TEXT_KEYS = new Set([
  "text",
  "prompt",
  "template",
  "code",
  "answer",
  "instruction",
  "pre_prompt",
  "form_content",
  "opening_statement",
]);

export const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
export const isMissing = (value: unknown): boolean => value === undefined || value === null;

export function same(a: unknown, b: unknown): boolean {
  if (a === b || (isMissing(a) && isMissing(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  return keysOf(a, b).every((key) => same(a[key], b[key]));
}

/** Keys of both, those of the later one first. */
const keysOf = (before: Json, after: Json): string[] => [...new Set([...Object.keys(after), ...Object.keys(before)])];

/** What tells a row from the others of its list. Without a name it is its place. */
export function rowName(row: unknown): string | null {
  if (!isRecord(row)) return null;
  for (const key of ROW_NAMES) if (typeof row[key] === "string" && row[key]) return row[key];
  return null;
}

/** List the settings that differ. Lists with the same rows in the same order are compared row by row, others as a whole. */
export function valueChanges(before: unknown, after: unknown, path: Path = []): FieldChange[] {
  if (same(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const model = isModel(before) && isModel(after);
    const keys = keysOf(before, after).filter((key) => !model || !MODEL_KEYS.has(key));
    const inside = keys.flatMap((key) => valueChanges(before[key], after[key], [...path, key]));
    const swapped = model && [...MODEL_KEYS].some((key) => !same(before[key], after[key]));
    return swapped ? [{ path, kind: "model", before: modelOf(before), after: modelOf(after) }, ...inside] : inside;
  }
  if (Array.isArray(before) && Array.isArray(after) && rowByRow(before, after))
    return after.flatMap((row, at) => valueChanges(before[at], row, [...path, at]));
  return [{ path, kind: kindOf(before, after, path), before, after }];
}

const isModel = (value: Json): boolean => typeof value.provider === "string" && typeof value.name === "string";
const modelOf = (value: Json): Json => Object.fromEntries(Object.entries(value).filter(([key]) => MODEL_KEYS.has(key)));

function rowByRow(before: readonly unknown[], after: readonly unknown[]): boolean {
  return (
    before.length === after.length &&
    after.every((row, at) => isRecord(row) && isRecord(before[at]) && rowName(row) === rowName(before[at]))
  );
}

function kindOf(before: unknown, after: unknown, path: Path): FieldKind {
  const known = [before, after].filter((value) => !isMissing(value));
  if (known.some(Array.isArray)) return "list";
  if (known.some(isRecord)) return "object";
  if (!known.every((value) => typeof value === "string")) return "value";
  const long = known.some((text) => (text as string).length > SHORT || (text as string).includes("\n"));
  return long || TEXT_KEYS.has(String(path.at(-1))) ? "text" : "value";
}

/** How many rows of a list came, went and differ; rows are known by their names, or by all that they are. */
export function rowCounts(before: unknown, after: unknown): { added: number; removed: number; changed: number; moved: boolean } {
  const [then, now] = [named(before), named(after)];
  const kept = [...now.keys()].filter((key) => then.has(key));
  const order = [...then.keys()].filter((key) => now.has(key));
  return {
    added: now.size - kept.length,
    removed: then.size - kept.length,
    changed: kept.filter((key) => !same(then.get(key), now.get(key))).length,
    moved: kept.some((key, at) => key !== order[at]),
  };
}

function named(list: unknown): Map<string, unknown> {
  const rows = new Map<string, unknown>();
  for (const row of Array.isArray(list) ? (list as unknown[]) : []) {
    const name = rowName(row) ?? JSON.stringify(row);
    let key = name;
    for (let count = 2; rows.has(key); count += 1) key = `${name}#${count}`;
    rows.set(key, row);
  }
  return rows;
}

/** The value at a path. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[key as number] : isRecord(value) ? value[key as string] : undefined),
    root,
  );
}

/** A copy with another value at a path; undefined takes the key away. Missing objects on the way are made. */
export function withValueAt<Root>(root: Root, path: Path, value: unknown): Root {
  const [key, ...rest] = path;
  if (key === undefined) return value as Root;
  if (Array.isArray(root)) return (root as unknown[]).map((item, at) => (at === key ? withValueAt(item, rest, value) : item)) as Root;
  const object: Json = isRecord(root) ? root : {};
  const next = rest.length ? withValueAt(object[key], rest, value) : value;
  if (next !== undefined) return { ...object, [key]: next } as Root;
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Root;
}

/** A copy in which a setting is as it was before the change. A model's other settings stay. */
export function withFieldBefore<Root>(root: Root, { path, kind, before }: FieldChange): Root {
  if (kind !== "model") return withValueAt(root, path, before);
  const now = valueAt(root, path);
  const rest = Object.entries(isRecord(now) ? now : {}).filter(([key]) => !MODEL_KEYS.has(key));
  return withValueAt(root, path, { ...(before as Json), ...Object.fromEntries(rest) });
}
