import type { FlowDocument } from "@/api/types";

/** What an act is called in the change list: i18n key `canvas:history.<key>` with `params`, or a ready text. */
export type ActLabel = { key: string; params?: Record<string, string | number> } | { text: string };

export interface Act {
  label: ActLabel;
  before: FlowDocument;
  after: FlowDocument;
  /** Acts with the same key that follow within `MERGE_MS` become one. */
  mergeKey: string | null;
  at: number;
}
export interface History {
  past: readonly Act[];
  future: readonly Act[];
}

export const NO_HISTORY: History = { past: [], future: [] };
const MERGE_MS = 1000;
const LONGEST = 500;

/**
 * Note an act. Documents share all that did not change, so an act costs the few objects it replaced.
 */
export function remember(history: History, act: Act): History {
  const last = history.past.at(-1);
  const merges =
    last && act.mergeKey !== null && last.mergeKey === act.mergeKey && act.at - last.at < MERGE_MS && history.future.length === 0;
  const past = merges ? [...history.past.slice(0, -1), { ...last, after: act.after, at: act.at }] : [...history.past, act].slice(-LONGEST);
  return { past, future: [] };
}

/** Steps back (negative) or forward over acts; null when there is nothing there. */
export function travel(history: History, steps: number): { history: History; document: FlowDocument } | null {
  const { past, future } = history;
  if (steps < 0) {
    const count = Math.min(-steps, past.length);
    if (!count) return null;
    const undone = past.slice(past.length - count);
    return { history: { past: past.slice(0, past.length - count), future: [...undone, ...future] }, document: undone[0]!.before };
  }
  const count = Math.min(steps, future.length);
  if (!count) return null;
  const redone = future.slice(0, count);
  // A redone act is closed: typing after it is a new act.
  const closed = redone.map((act) => ({ ...act, mergeKey: null }));
  return { history: { past: [...past, ...closed], future: future.slice(count) }, document: redone.at(-1)!.after };
}
