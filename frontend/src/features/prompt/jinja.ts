/** Between the two ways to write a prompt: references (`{{#a.b#}}`) and Jinja with declared names (`{{ b }}`). */
import { isSpecial, referenceText, splitReferences } from "./reference";

/** A declared name of a Jinja text. */
export interface VariableRow {
  variable: string;
  value_selector: string[];
  [key: string]: unknown;
}

const PLAIN_PRINT = /\{\{-?\s*([A-Za-z_][A-Za-z0-9_]*)\s*-?\}\}/g;

/** A name for a selector that none of `rows` has for another variable. */
export function nameFor(selector: readonly string[], rows: readonly VariableRow[]): string {
  const base = (selector.at(-1) ?? "value").replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_") || "value";
  const taken = new Set(rows.filter((row) => !same(row.value_selector, selector)).map((row) => row.variable));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}_${number}`;
    if (!taken.has(name)) return name;
  }
}

/** The name under which a selector is declared, with the rows it then takes. */
export function declare(selector: readonly string[], rows: readonly VariableRow[]): { name: string; rows: VariableRow[] } {
  const known = rows.find((row) => same(row.value_selector, selector));
  if (known?.variable) return { name: known.variable, rows: [...rows] };
  const name = nameFor(selector, rows);
  return { name, rows: [...rows, { variable: name, value_selector: [...selector] }] };
}

/** Write references as Jinja names; special placeholders stay as they are. */
export function toJinja(text: string, rows: readonly VariableRow[]): { text: string; rows: VariableRow[] } {
  let declared = [...rows];
  const parts = splitReferences(text).map((segment) => {
    if (segment.kind === "text") return segment.text;
    if (isSpecial(segment.selector)) return referenceText(segment.selector);
    const next = declare(segment.selector, declared);
    declared = next.rows;
    return `{{ ${next.name} }}`;
  });
  return { text: parts.join(""), rows: declared };
}

/** Write plainly printed Jinja names as references. Filters, tests and blocks are left for the person to see. */
export function toReferences(text: string, rows: readonly VariableRow[]): string {
  const byName = new Map(rows.map((row) => [row.variable, row.value_selector]));
  return text.replace(PLAIN_PRINT, (whole, name: string) => {
    const selector = byName.get(name);
    return selector?.length ? referenceText(selector) : whole;
  });
}

/** Where declared names are printed as they are: `{{ name }}`. */
export function printedNames(
  text: string,
  names: ReadonlyMap<string, readonly string[]>,
): { from: number; to: number; selector: string[] }[] {
  return [...text.matchAll(PLAIN_PRINT)].flatMap((match) => {
    const selector = names.get(match[1] ?? "");
    return selector?.length ? [{ from: match.index, to: match.index + match[0].length, selector: [...selector] }] : [];
  });
}

export function same(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((part, index) => part === b[index]);
}
