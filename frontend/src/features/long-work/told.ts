import type { Id, LongWork } from "@/api/types";

/** Work of which the person has seen that it runs, and of whose end they are to be told once. */
export interface Watched {
  id: Id;
  kind: string;
  title: string;
}

export interface Ending extends Watched {
  state: "succeeded" | "failed" | "stopped";
}

/**
 * Compares what was running with what is told now: `ended` is to be announced, `watched` is what runs.
 * Work that is no longer told of came through: a failure would have stayed.
 */
export function endings(before: readonly Watched[], now: readonly LongWork[]): { ended: Ending[]; watched: Watched[] } {
  const known = new Map(now.map((work) => [work.id, work]));
  const ended = before.flatMap((one): Ending[] => {
    const state = known.get(one.id)?.state ?? "succeeded";
    return state === "running" ? [] : [{ ...one, state }];
  });
  const watched = now.filter((work) => work.state === "running").map(({ id, kind, title }) => ({ id, kind, title }));
  return { ended, watched };
}

const stored = (ws: Id) => `tidemill-work-${ws}`;

/** What the tabs of this browser watch together, so that one of them alone tells of an end. */
export function readWatched(ws: Id): Watched[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(stored(ws)) ?? "[]");
    return Array.isArray(value) ? (value as Watched[]) : [];
  } catch {
    return [];
  }
}

export function writeWatched(ws: Id, watched: readonly Watched[]): void {
  try {
    localStorage.setItem(stored(ws), JSON.stringify(watched));
  } catch {
    // Without storage an end is told of in no tab; the list still shows it.
  }
}
