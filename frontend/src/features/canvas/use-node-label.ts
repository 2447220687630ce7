import { useTexts } from "@/lib/use-texts";
import { useFormats } from "./formats";
import type { NodeRunView } from "./run-reducer";

/** What a screen reader says of a node: «LLM, Draft reply, succeeded, 1.2 s, 340 tokens». */
export function useNodeLabel(
  type: string,
  title: string,
  run: NodeRunView | undefined,
  problems: { errors: number; warnings: number } | undefined,
  mark?: string,
): string {
  const t = useTexts("canvas");
  const formats = useFormats();
  const parts = type === title ? [title] : [type, title];
  if (mark) parts.push(mark);
  if (problems) parts.push(t("card.problems", { count: problems.errors + problems.warnings }));
  if (run) {
    parts.push(t(run.kept ? "nodeState.kept" : `nodeState.${run.state}`));
    if (run.rounds) parts.push(t("rounds.count", { begun: run.rounds.begun, total: run.rounds.total }));
    if (run.elapsedS !== null) parts.push(formats.seconds(run.elapsedS));
    if (run.tokens) parts.push(t("card.tokens", { count: run.tokens }));
  }
  return parts.join(t("card.comma"));
}
