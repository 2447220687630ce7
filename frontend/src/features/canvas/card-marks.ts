/** How a card differs between two versions. */
export type DiffMark = "added" | "removed" | "changed";

/** Where a card stands on a heat map: `share` from 0 (cold) to 1, and what was measured, in words. */
export interface HeatMark {
  share: number;
  label: string;
}

/** What lies over all cards beside their runs, by node id. Null: nothing. */
export interface CardMarks {
  diff: Readonly<Record<string, DiffMark>> | null;
  heat: Readonly<Record<string, HeatMark>> | null;
  /** The only ones that stay bright. */
  lit: ReadonlySet<string> | null;
}

export const NO_MARKS: CardMarks = { diff: null, heat: null, lit: null };
