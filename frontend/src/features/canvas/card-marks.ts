/** How a card differs between two versions. */
export type DiffMark = "added" | "removed" | "changed";

/** Where a card stands on a heat map: `share` from 0 (cold) to 1, and what was measured, in words. */
export interface HeatMark {
  share: number;
  label: string;
}

/** What a heat map measures. */
export type HeatBy = "time" | "cost" | "errors";

/** One key goes through all. */
export const NEXT_HEAT: Record<HeatBy | "off", HeatBy | null> = { off: "time", time: "cost", cost: "errors", errors: null };

/** What a step will likely take, in words; `why` says where the numbers come from. */
export interface EstimateMark {
  text: string;
  why: string;
}

/** What lies over all cards beside their runs, by node id. Null: nothing. */
export interface CardMarks {
  diff: Readonly<Record<string, DiffMark>> | null;
  /** The same for connections, by edge id. */
  diffEdges: Readonly<Record<string, "added" | "removed">> | null;
  heat: Readonly<Record<string, HeatMark>> | null;
  /** Before a run: what each step will likely take. */
  estimates: Readonly<Record<string, EstimateMark>> | null;
  /** The only ones that stay bright. */
  lit: ReadonlySet<string> | null;
}

export const NO_MARKS: CardMarks = { diff: null, diffEdges: null, heat: null, estimates: null, lit: null };
