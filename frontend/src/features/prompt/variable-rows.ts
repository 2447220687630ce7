/** The rows of the variable picker: groups, variables, what is unfolded, what the search leaves. Pure. */
import type { Variable } from "./node-outputs";
import { type Blocked, type VariableGroup, whyBlocked } from "./variables-in-scope";

export interface VariableRow {
  key: string;
  group: VariableGroup;
  variable: Variable;
  depth: number;
  blocked: Blocked | null;
  unfolded: boolean;
}

export interface RowOptions {
  query: string;
  wanted?: readonly string[];
  unfolded: ReadonlySet<string>;
  /** Words for a group's name beyond its title: the node type in the person's language. */
  groupWords(group: VariableGroup): string;
}

export const rowKey = (variable: Variable): string => variable.selector.join(".");

/** Ignore case and the width of letters. */
const plain = (text: string): string => text.normalize("NFKC").toLowerCase();

export function variableRows(groups: readonly VariableGroup[], options: RowOptions): VariableRow[] {
  const words = plain(options.query)
    .split(/[\s.]+/)
    .filter(Boolean);
  const rows: VariableRow[] = [];
  for (const group of groups) {
    const groupText = plain(`${group.title} ${options.groupWords(group)} ${group.id}`);
    for (const variable of group.variables) addRows(rows, group, groupText, variable, 0, words, options);
  }
  return rows;
}

function addRows(
  rows: VariableRow[],
  group: VariableGroup,
  groupText: string,
  variable: Variable,
  depth: number,
  words: readonly string[],
  options: RowOptions,
): void {
  const key = rowKey(variable);
  const inside: VariableRow[] = [];
  for (const child of variable.children) addRows(inside, group, groupText, child, depth + 1, words, options);
  const own = matches(groupText, variable, words);
  const searched = words.length > 0 && inside.length > 0 && !own;
  if (!own && !searched) return;
  const blocked = whyBlocked(group, variable, options.wanted);
  const fitsInside = blocked?.code === "wrong_type" && inside.some((row) => row.blocked === null);
  const unfolded = options.unfolded.has(key) || searched || (fitsInside && words.length > 0);
  rows.push({ key, group, variable, depth, blocked, unfolded });
  if (unfolded) rows.push(...inside);
}

function matches(groupText: string, variable: Variable, words: readonly string[]): boolean {
  const text = `${groupText} ${plain(`${variable.selector.slice(1).join(" ")} ${variable.type} ${variable.description}`)}`;
  return words.every((word) => text.includes(word));
}

/** The row to start from: the first that can be taken, before others one whose own name begins with what was typed. */
export function firstUsable(rows: readonly VariableRow[], query = ""): number {
  const typed = plain(query.trim());
  const named = typed ? rows.findIndex((row) => row.blocked === null && plain(row.variable.selector.at(-1) ?? "").startsWith(typed)) : -1;
  if (named >= 0) return named;
  const index = rows.findIndex((row) => row.blocked === null);
  return index < 0 && rows.length ? 0 : index;
}
