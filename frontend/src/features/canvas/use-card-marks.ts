import { useTexts } from "@/lib/use-texts";
import { useCanvasUi } from "./canvas-ui";
import type { DiffMark } from "./card-marks";

interface MarkAttributes {
  "data-diff"?: DiffMark;
  /** What the badge on the card says: its colour alone would not do. */
  "data-diff-word"?: string;
  "data-heat"?: number;
  "data-dimmed"?: true;
}

/** Heat is drawn in this many steps. */
const HEAT_STEPS = 5;

/** The attributes by which a card shows its marks; card-marks.module.css draws them. */
export function useCardMarks(id: string): MarkAttributes {
  const t = useTexts("canvas");
  const diff = useCanvasUi((ui) => ui.diff?.[id]);
  const heat = useCanvasUi((ui) => (ui.heat?.[id] ? Math.min(HEAT_STEPS, 1 + Math.floor(ui.heat[id].share * HEAT_STEPS)) : undefined));
  const dimmed = useCanvasUi((ui) => ui.lit !== null && !ui.lit.has(id));
  const word = diff && t(`card.diff.${diff}`);
  return { "data-diff": diff, "data-diff-word": word, "data-heat": heat, "data-dimmed": dimmed || undefined };
}
