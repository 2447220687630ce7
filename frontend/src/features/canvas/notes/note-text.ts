/**
 * The text of a note. App files keep it as the JSON of a rich text editor (Lexical); here it is shown as it is and
 * edited as Markdown. What an edit does not touch stays exactly as it was, also what cannot be shown.
 */

type Raw = Record<string, unknown>;

/** Bits of `format` of a text node. */
const BOLD = 1;
const ITALIC = 2;
const STRIKE = 4;
const CODE = 16;

export interface NoteSpan {
  text: string;
  bold: boolean;
  italic: boolean;
  strike: boolean;
  code: boolean;
  underline: boolean;
  href: string | null;
}
/** `kind` "item" carries its number, or null for a dot, and how deep it is. */
export type NoteBlock =
  | { kind: "text" | "quote"; spans: NoteSpan[] }
  | { kind: "heading"; level: number; spans: NoteSpan[] }
  | { kind: "item"; number: number | null; depth: number; spans: NoteSpan[] };

const object = (value: unknown): Raw | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : null;
const children = (node: Raw): Raw[] => (Array.isArray(node.children) ? node.children.map(object).filter((child) => child !== null) : []);

/** The root of the rich text, null for text that is not rich. */
function rootOf(stored: unknown): Raw | null {
  if (typeof stored !== "string" || !stored.trimStart().startsWith("{")) return null;
  try {
    return object((JSON.parse(stored) as Raw).root);
  } catch {
    return null;
  }
}

function spansOf(node: Raw, href: string | null = null): NoteSpan[] {
  if (typeof node.text === "string") {
    const format = typeof node.format === "number" ? node.format : 0;
    const mark = (bit: number): boolean => (format & bit) !== 0;
    return [{ text: node.text, bold: mark(BOLD), italic: mark(ITALIC), strike: mark(STRIKE), underline: mark(8), code: mark(CODE), href }];
  }
  if (node.type === "linebreak")
    return [{ text: "\n", bold: false, italic: false, strike: false, underline: false, code: false, href: null }];
  const target = node.type === "link" || node.type === "autolink" ? (typeof node.url === "string" ? node.url : null) : href;
  return children(node).flatMap((child) => spansOf(child, target));
}

function itemsOf(list: Raw, depth: number): NoteBlock[] {
  let number = typeof list.start === "number" ? list.start : 1;
  return children(list).flatMap((item): NoteBlock[] => {
    const inner = children(item);
    const own = inner.filter((child) => child.type !== "list");
    const nested = inner.filter((child) => child.type === "list").flatMap((child) => itemsOf(child, depth + 1));
    if (!own.length) return nested;
    const spans = own.flatMap((child) => spansOf(child));
    return [{ kind: "item", number: list.listType === "number" ? number++ : null, depth, spans }, ...nested];
  });
}

function blocksOf(node: Raw): NoteBlock[] {
  if (node.type === "list") return itemsOf(node, 0);
  const spans = spansOf(node);
  if (node.type === "heading") return [{ kind: "heading", level: Number(/\d/.exec(String(node.tag))?.[0] ?? 1), spans }];
  return [{ kind: node.type === "quote" ? "quote" : "text", spans }];
}

const plainBlock = (text: string): NoteBlock => ({ kind: "text", spans: inline(text) });

/** What a note shows. */
export function readNote(stored: unknown): NoteBlock[] {
  const root = rootOf(stored);
  if (root) return children(root).flatMap(blocksOf);
  return typeof stored === "string" && stored ? stored.split("\n").map(plainBlock) : [];
}

export const notePlain = (stored: unknown): string =>
  readNote(stored)
    .map((block) => block.spans.map((span) => span.text).join(""))
    .join("\n");

function spanMarkdown({ text, bold, italic, strike, code, href }: NoteSpan): string {
  const [, before, inner, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? ["", "", text, ""];
  if (!inner) return text;
  let marked = code ? `\`${inner}\`` : inner;
  if (strike) marked = `~~${marked}~~`;
  if (italic) marked = `*${marked}*`;
  if (bold) marked = `**${marked}**`;
  return `${before}${href ? `[${marked}](${href})` : marked}${after}`;
}

function blockMarkdown(block: NoteBlock): string {
  const text = block.spans.map(spanMarkdown).join("");
  if (block.kind === "heading") return `${"#".repeat(block.level)} ${text}`;
  if (block.kind === "quote") return `> ${text}`;
  if (block.kind === "item") return `${"  ".repeat(block.depth)}${block.number === null ? "-" : `${block.number}.`} ${text}`;
  return text;
}

const nodeMarkdown = (node: Raw): string => blocksOf(node).map(blockMarkdown).join("\n");

/** A note as Markdown, to be edited. */
export function noteMarkdown(stored: unknown): string {
  const root = rootOf(stored);
  if (!root) return typeof stored === "string" ? stored : "";
  return children(root).map(nodeMarkdown).join("\n");
}

const TOKEN = /(\*\*|~~|`|\*)(?=\S)([\s\S]*?\S)\1|\[([^\]]+)\]\(((?:https?:|mailto:)[^\s)]+)\)/;

/** Marks of one line. */
export function inline(text: string, marks: Partial<NoteSpan> = {}): NoteSpan[] {
  const plain: NoteSpan = { text: "", bold: false, italic: false, strike: false, underline: false, code: false, href: null, ...marks };
  const found = TOKEN.exec(text);
  if (!found) return text ? [{ ...plain, text }] : [];
  const [whole, mark, marked, label, href] = found;
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + whole.length);
  const inner = href
    ? inline(label ?? "", { ...marks, href })
    : mark === "`"
      ? [{ ...plain, text: marked ?? "", code: true }]
      : inline(marked ?? "", { ...marks, [mark === "**" ? "bold" : mark === "~~" ? "strike" : "italic"]: true });
  return [...(before ? [{ ...plain, text: before }] : []), ...inner, ...inline(after, marks)];
}

const BASE = { direction: "ltr", format: "", indent: 0, version: 1 };

function textNode(span: NoteSpan): Raw {
  const format = (span.bold ? BOLD : 0) | (span.italic ? ITALIC : 0) | (span.strike ? STRIKE : 0) | (span.code ? CODE : 0);
  return { detail: 0, format, mode: "normal", style: "", text: span.text, type: "text", version: 1 };
}

function inlineNodes(text: string): Raw[] {
  const nodes: Raw[] = [];
  let link: Raw | null = null as Raw | null;
  for (const span of inline(text)) {
    if (!span.href) {
      link = null;
      nodes.push(textNode(span));
      continue;
    }
    if (link?.url !== span.href) {
      link = { ...BASE, children: [], rel: "noreferrer", target: null, title: null, type: "link", url: span.href };
      nodes.push(link);
    }
    (link.children as Raw[]).push(textNode(span));
  }
  return nodes;
}

const ITEM = /^(\s*)(?:[-*]|(\d+)\.)\s+(.*)$/;

function listNode(lines: readonly string[]): Raw {
  const numbered = ITEM.exec(lines[0] ?? "")?.[2];
  const start = numbered ? Number(numbered) : 1;
  const items: Raw[] = [];
  const indentOf = (line: string): number => ITEM.exec(line)?.[1]?.length ?? 0;
  const base = indentOf(lines[0] ?? "");
  for (let at = 0; at < lines.length; ) {
    const end = lines.findIndex((line, index) => index > at && indentOf(line) <= base);
    const deeper = lines.slice(at + 1, end === -1 ? undefined : end);
    const text = ITEM.exec(lines[at] ?? "")?.[3] ?? "";
    items.push({ ...BASE, children: inlineNodes(text), type: "listitem", value: start + items.length });
    if (deeper.length) items.push({ ...BASE, children: [listNode(deeper)], type: "listitem", value: start + items.length });
    at += 1 + deeper.length;
  }
  return { ...BASE, children: items, listType: numbered ? "number" : "bullet", start, tag: numbered ? "ol" : "ul", type: "list" };
}

function blockNode(lines: readonly string[]): Raw {
  const [line = ""] = lines;
  if (ITEM.test(line)) return listNode(lines);
  const heading = /^(#{1,5})\s+(.*)$/.exec(line);
  if (heading) return { ...BASE, children: inlineNodes(heading[2] ?? ""), tag: `h${heading[1]?.length}`, type: "heading" };
  const quote = /^>\s?(.*)$/.exec(line);
  if (quote) return { ...BASE, children: inlineNodes(quote[1] ?? ""), type: "quote" };
  return { ...BASE, children: inlineNodes(line), type: "paragraph", textFormat: 0 };
}

/** Lines that make one block: those of a list belong together. */
function chunks(text: string): string[][] {
  const found: string[][] = [];
  for (const line of text.split("\n")) {
    const last = found.at(-1);
    if (last && ITEM.test(line) && ITEM.test(last[0] ?? "")) last.push(line);
    else found.push([line]);
  }
  return found;
}

/** Put edited Markdown in place of a note's text. Blocks whose Markdown is unchanged are kept as they are stored. */
export function writeNote(stored: unknown, markdown: string): string {
  if (markdown === noteMarkdown(stored) && typeof stored === "string") return stored;
  const root = rootOf(stored);
  const old = root ? children(root).map((node) => ({ node, text: nodeMarkdown(node) })) : [];
  const made: Raw[] = [];
  let next = 0;
  // A stored block may span several lines, so old blocks are looked for at each place of the new text.
  let rest = markdown;
  for (let open = true; open; ) {
    const at = old.findIndex(
      (block, index) =>
        index >= next && (rest === block.text || rest.startsWith(`${block.text}\n`)) && (block.text !== "" || index === next),
    );
    const kept = at === -1 ? undefined : old[at];
    const taken = kept ? kept.text : (chunks(rest)[0] ?? []).join("\n");
    made.push(kept ? kept.node : blockNode(taken.split("\n")));
    if (kept) next = at + 1;
    open = rest.length > taken.length;
    rest = rest.slice(taken.length + 1);
  }
  const whole = root ? (JSON.parse(stored as string) as Raw) : {};
  return JSON.stringify({ ...whole, root: { ...BASE, type: "root", ...root, children: made } });
}
