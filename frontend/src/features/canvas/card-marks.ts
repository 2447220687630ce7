import { useCanvasUi } from "./canvas-ui";

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

interface MarkAttributes {
  "data-diff"?: DiffMark;
  "data-heat"?: number;
  "data-dimmed"?: true;
}

/** Heat is drawn in this many steps. */
const HEAT_STEPS = 5;

/** The attributes by which a card shows its marks; node-card.module.css draws them. */
export function useCardMarks(id: string): MarkAttributes {
  const diff = useCanvasUi((ui) => ui.diff?.[id]);
  const heat = useCanvasUi((ui) => (ui.heat?.[id] ? Math.min(HEAT_STEPS, 1 + Math.floor(ui.heat[id].share * HEAT_STEPS)) : undefined));
  const dimmed = useCanvasUi((ui) => ui.lit !== null && !ui.lit.has(id));
  return { "data-diff": diff, "data-heat": heat, "data-dimmed": dimmed || undefined };
}
