import { diffArrays } from "diff";

export interface DiffPart {
  kind: "same" | "added" | "removed";
  text: string;
}

export type DiffMode = "words" | "lines";

/** Comparing two texts that have next to nothing in common stops after this long; the texts then count as replaced. */
const TIMEOUT_MS = 300;

interface Token {
  text: string;
  /** What makes two tokens the same: the word without the space behind it. */
  word: string;
}

/** How one text became another, part by part. Joining what is not removed gives `after`, to the letter. */
export function textDiff(before: string, after: string, mode: DiffMode): DiffPart[] {
  if (before === after) return joined([{ kind: "same", text: after }]);
  const cut = mode === "words" ? wordsOf : linesOf;
  const [left, right] = [cut(before), cut(after)];
  const changes = diffArrays(left, right, { comparator: (a, b) => a.word === b.word, timeout: TIMEOUT_MS });
  if (!changes) return mode === "words" ? textDiff(before, after, "lines") : replaced(before, after);

  const parts: DiffPart[] = [];
  let at = 0;
  for (const change of changes) {
    if (change.added) parts.push({ kind: "added", text: textOf(change.value) });
    else if (change.removed) parts.push({ kind: "removed", text: textOf(change.value) });
    else for (const [index, token] of change.value.entries()) parts.push(...kept(left[at + index] ?? token, token));
    if (!change.added) at += change.value.length;
  }
  return joined(parts);
}

/** The same word, though perhaps with another space behind it. */
function kept(before: Token, after: Token): DiffPart[] {
  if (before.text === after.text) return [{ kind: "same", text: after.text }];
  return [
    { kind: "same", text: after.word },
    { kind: "removed", text: before.text.slice(before.word.length) },
    { kind: "added", text: after.text.slice(after.word.length) },
  ];
}

function replaced(before: string, after: string): DiffPart[] {
  return joined([
    { kind: "removed", text: before },
    { kind: "added", text: after },
  ]);
}

function joined(parts: DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.text === "") continue;
    if (last?.kind === part.kind) last.text += part.text;
    else result.push({ ...part });
  }
  return result;
}

const textOf = (tokens: Token[]): string => tokens.map((token) => token.text).join("");

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** Words with the space behind them. Chinese and Japanese have no spaces, so the browser says where a word ends. */
function wordsOf(text: string): Token[] {
  const tokens: Token[] = [];
  // A segment carries a copy of the whole text it was cut from, so the text is cut in short pieces first.
  for (const [, piece = "", space = ""] of text.matchAll(/(\S{0,200})(\s*)/gu)) {
    if (piece === "" && space === "") continue;
    for (const word of /^[!-~]+$/.test(piece)
      ? (piece.match(/\w+|\W/g) ?? [])
      : Array.from(segmenter.segment(piece), (part) => part.segment))
      tokens.push({ text: word, word });
    const last = tokens.at(-1);
    if (last) last.text += space;
    else tokens.push({ text: space, word: space });
  }
  return tokens;
}

function linesOf(text: string): Token[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => ({ text: line, word: line.replace(/\n$/, "") }));
}

/** A value as text that is the same whenever the value is: objects with their keys in order. */
export function stableText(value: unknown): string {
  if (typeof value === "string") return value;
  return (
    JSON.stringify(value, (_, item: unknown) => (isRecord(item) ? Object.fromEntries(Object.entries(item).sort(byKey)) : item), 2) ?? ""
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
