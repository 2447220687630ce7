/** When typing `/` or `{{` opens the variable picker, and when what follows closes it again. Pure: no editor here. */

export interface Trigger {
  kind: "slash" | "braces";
  /** Number of characters before the cursor that the chosen reference replaces. */
  length: number;
}

const WORD = /[\p{L}\p{N}_]/u;
/** Scripts written without spaces: a reference may follow a letter directly. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const OPENERS = new Set("([{\"'`“‘「『《【（〈>|,;!，。、：；！？…—·）」』》】”’");

/** The trigger that the text before the cursor ends with, right after a character was typed; null if none. */
export function triggerAt(before: string, after: string): Trigger | null {
  if (before.endsWith("{{")) return before.endsWith("{{{") || before.endsWith("\\{{") ? null : { kind: "braces", length: 2 };
  if (!before.endsWith("/")) return null;
  const rest = before.slice(0, -1);
  const previous = [...rest].at(-1) ?? "";
  const next = [...after][0] ?? "";
  if (WORD.test(next) || next === "/") return null;
  if (previous === "") return { kind: "slash", length: 1 };
  const token = rest.slice(rest.search(/\S*$/));
  if (token.includes("://") || /^www\./i.test(token) || token.startsWith("/") || token.startsWith("~")) return null;
  if (/\s/.test(previous)) return /\d\s+$/.test(rest) ? null : { kind: "slash", length: 1 };
  if (UNSPACED.test(previous) || OPENERS.has(previous)) return { kind: "slash", length: 1 };
  return null;
}

/** What has been typed since the trigger, or null when the person is plainly writing something else. */
export function triggerQuery(kind: Trigger["kind"], typed: string): string | null {
  if (typed.includes("\n") || typed.length > 60) return null;
  if (kind === "slash") return /[\s/]/.test(typed) ? null : typed;
  const query = typed.replace(/^#/, "");
  return /[{}#%]/.test(query) || /\s{2,}/.test(query) ? null : query.trim();
}
