/** What keeps a controlled editor calm: smallest changes from outside, and no answer to its own echo. Pure. */

export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** The one replacement that turns `now` into `wanted`, keeping the common start and end. */
export function nextChange(now: string, wanted: string): TextChange {
  const shorter = Math.min(now.length, wanted.length);
  let from = 0;
  while (from < shorter && now[from] === wanted[from]) from += 1;
  let end = 0;
  while (end < shorter - from && now[now.length - 1 - end] === wanted[wanted.length - 1 - end]) end += 1;
  return { from, to: now.length - end, insert: wanted.slice(from, wanted.length - end) };
}

export interface Echoes {
  add(text: string): void;
  /** Tells whether `text` is one the editor sent out itself; it and older ones are forgotten. */
  take(text: string): boolean;
  clear(): void;
}

const KEPT = 50;

/** Texts the editor has sent and not yet seen come back: a late one must not undo what was typed since. */
export function pendingEchoes(): Echoes {
  let sent: string[] = [];
  return {
    add(text) {
      sent.push(text);
      if (sent.length > KEPT) sent.shift();
    },
    take(text) {
      const index = sent.lastIndexOf(text);
      if (index < 0) return false;
      sent = sent.slice(index + 1);
      return true;
    },
    clear() {
      sent = [];
    },
  };
}
