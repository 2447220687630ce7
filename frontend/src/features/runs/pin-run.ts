import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import type { FlowDocument, Id } from "@/api/types";
import { nodeById } from "@/features/canvas/graph/structure";
import { canPin, pin, type Pinned } from "@/features/canvas/graph/switches";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { useEditor, useEditorStore } from "@/features/canvas/store";

/** The run whose values the editor is to pin once it has read it. */
export const usePinRequest = create<{ runId: Id | null }>(() => ({ runId: null }));

/** Longest pinned output, as JSON: it is saved with the flow. */
const PIN_CHARS = 200_000;

/** What each step of the flow gave in a run, as far as it can be pinned. Steps of containers give something else in each round. */
export function pinsOf(document: FlowDocument, run: RunView): Record<string, Pinned> {
  const pins: Record<string, Pinned> = {};
  for (const step of run.trace) {
    const node = nodeById(document, step.nodeId);
    if (!node || !canPin(node) || step.path !== "" || (step.state !== "succeeded" && step.state !== "exception")) continue;
    if (JSON.stringify(step.outputs).length > PIN_CHARS) continue;
    pins[step.nodeId] = { outputs: step.outputs, ...(step.handle ? { handle: step.handle } : {}) };
  }
  return pins;
}

/** Pins the values of the editor's run when that was asked for on the page of the run: one act, to be undone as one. */
export function usePinnedRun(): void {
  const { t } = useTranslation("runs");
  const editor = useEditorStore();
  const wanted = usePinRequest((state) => state.runId);
  const ready = useEditor((state) => state.activeRunId !== null && state.activeRunId === wanted && isOver(state.run));
  useEffect(() => {
    if (!ready) return;
    usePinRequest.setState({ runId: null });
    const { document, run, readOnly } = editor.getState();
    const pins = pinsOf(document, run);
    const count = Object.keys(pins).length;
    if (readOnly) return;
    if (count > 0) editor.actions.change({ key: "pinMany", params: { count } }, (now) => pin(now, pins));
    notifications.show({ message: t(count > 0 ? "pinned.done" : "pinned.nothing", { count }), color: count > 0 ? "teal" : "yellow" });
  }, [ready, editor, t]);
}
