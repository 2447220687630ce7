/** Variable references in text: `{{#node.variable.path#}}`, and the few that stand for more than a variable. */

export type Selector = readonly string[];

export interface TextSegment {
  kind: "text";
  text: string;
}
export interface ReferenceSegment {
  kind: "reference";
  selector: string[];
  from: number;
  to: number;
}
export type Segment = TextSegment | ReferenceSegment;

const VARIABLE = /[A-Za-z0-9_]{1,50}(?:\.[A-Za-z_][A-Za-z0-9_]{0,29}){1,10}/;
/** Placeholders without a node: knowledge context, chat history and the user's question. */
export const SPECIAL = ["context", "histories", "query"] as const;
const PATTERN = new RegExp(`\\{\\{#(${VARIABLE.source}|${SPECIAL.join("|")})#\\}\\}`, "g");
const WHOLE = new RegExp(`^(?:${VARIABLE.source})$`);

export function isSpecial(selector: Selector): boolean {
  return selector.length === 1 && (SPECIAL as readonly string[]).includes(selector[0] ?? "");
}

/** Write a selector as it stands in a text. */
export function referenceText(selector: Selector): string {
  return `{{#${selector.join(".")}#}}`;
}

/** Tell whether the runtime would find this selector in a text; variables with other characters in their names cannot be written there. */
export function writable(selector: Selector): boolean {
  return isSpecial(selector) || WHOLE.test(selector.join("."));
}

/** Cut a text at its references. Joining the pieces with `joinSegments` gives the text back. */
export function splitReferences(text: string): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    const from = match.index;
    if (from > end) segments.push({ kind: "text", text: text.slice(end, from) });
    end = from + match[0].length;
    segments.push({ kind: "reference", selector: (match[1] ?? "").split("."), from, to: end });
  }
  if (end < text.length) segments.push({ kind: "text", text: text.slice(end) });
  return segments;
}

export function joinSegments(segments: readonly Segment[]): string {
  return segments.map((segment) => (segment.kind === "text" ? segment.text : referenceText(segment.selector))).join("");
}

/** All selectors a text refers to, in order, each once. */
export function referencesIn(text: string): string[][] {
  const seen = new Map<string, string[]>();
  for (const segment of splitReferences(text)) {
    if (segment.kind === "reference") seen.set(segment.selector.join("."), segment.selector);
  }
  return [...seen.values()];
}
