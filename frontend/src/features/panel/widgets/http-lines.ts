/** `key: value` lines as rows and back, without losing a line that is neither. Pure. */

export interface LineRow {
  key: string;
  value: string;
  /** What stands between the two; empty for a line without a colon. */
  between: string;
  /** The line as it was read: written again unchanged while the row is not edited. */
  line: string | null;
}

const NEW: Omit<LineRow, "key" | "value"> = { between: ": ", line: null };

/** Every line is a row; blank ones too, so that nothing is lost. */
export function readLines(text: string): LineRow[] {
  if (text === "") return [];
  return text.split(/\r?\n/).map((line) => {
    const colon = line.indexOf(":");
    if (colon < 0) return { key: line.trim(), value: "", between: "", line };
    const rest = line.slice(colon + 1);
    return { key: line.slice(0, colon).trim(), value: rest.trim(), between: `:${/^\s*/.exec(rest)?.[0] ?? ""}`, line };
  });
}

export function writeLines(rows: readonly LineRow[]): string {
  return rows.map((row) => row.line ?? `${oneLine(row.key)}${row.between || ": "}${oneLine(row.value)}`.trimEnd()).join("\n");
}

export const isBlank = (row: LineRow): boolean => row.line !== null && row.line.trim() === "";

export function newLine(key = "", value = ""): LineRow {
  return { ...NEW, key, value };
}

/** An edited row. A line that was all key, such as a variable that holds several lines, stays so until it gets a value. */
export function editLine(row: LineRow, patch: { key?: string; value?: string }): LineRow {
  const next = { ...row, ...patch, line: null };
  const whole = row.between === "" && !next.value;
  return whole ? { ...next, line: oneLine(next.key) } : next;
}

/** A value in a line: what would begin another line becomes a blank. */
function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}
