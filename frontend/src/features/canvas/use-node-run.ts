import { useCanvasUi } from "./canvas-ui";
import type { NodeRunView } from "./run-reducer";
import { runAt } from "./run-rounds";
import { shownRun, useEditor } from "./store";

/** What the card of a node shows of the run, in the rounds that are looked at. */
export function useNodeRun(id: string): NodeRunView | undefined {
  const rounds = useCanvasUi((ui) => ui.rounds);
  return useEditor((state) => runAt(state.document, shownRun(state), rounds, id));
}
