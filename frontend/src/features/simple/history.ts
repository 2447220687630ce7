/** What can be undone in the settings of a simple app. Pure. */
import type { Settings } from "./settings";

/** Changes of the same setting within this time are one. */
const TOGETHER_MS = 1500;
const KEPT = 200;

export interface History {
  past: readonly Settings[];
  now: Settings;
  future: readonly Settings[];
  /** Which settings the latest change was of, and when: what follows soon on it is part of it. */
  last: { names: string; at: number } | null;
}

export const historyOf = (now: Settings): History => ({ past: [], now, future: [], last: null });

function changed(before: Settings, after: Settings): string {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).join(" ");
}

/** Typing a text is one step, each other change one of its own. */
export function changeTo(history: History, next: Settings, at: number): History {
  const names = changed(history.now, next);
  if (!names) return history;
  const together = history.last !== null && history.last.names === names && at - history.last.at < TOGETHER_MS;
  const past = together ? history.past : [...history.past, history.now].slice(-KEPT);
  return { past, now: next, future: [], last: { names, at } };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], last: null };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.now], now: next, future, last: null };
}
