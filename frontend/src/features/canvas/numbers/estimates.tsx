import { useDebouncedValue } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUiStore } from "../canvas-ui";
import type { EstimateMark } from "../card-marks";
import { isOver } from "../run-reducer";
import { type EditorState, useEditor, useEditorStore } from "../store";
import { chatModelsQuery, nodeNumbersQuery } from "./data";
import { estimates, flowEstimate } from "./estimate";
import { CALLS_MODEL } from "./prompt-size";
import { useEstimateWords } from "./use-estimate-words";

const selectDocument = (state: EditorState) => state.document;
const selectCallsModel = (state: EditorState) => state.document.graph.nodes.some((node) => CALLS_MODEL.has(node.data.type));
const selectEnded = (state: EditorState) => (state.activeRunId && isOver(state.run) ? state.activeRunId : null);
/** Typing is not followed letter by letter. */
const SETTLES_MS = 600;
/** A run's rows are written a moment after its last event. */
const WRITTEN_MS = 1500;

/** Writes on the cards what each step will likely take. Draws nothing itself. */
export function Estimates() {
  const { t } = useTranslation("numbers");
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const client = useQueryClient();
  const words = useEstimateWords();
  const { workspaceId, appId } = editor.getState();
  const { data: numbers } = useQuery(nodeNumbersQuery(workspaceId, appId));
  const { data: models } = useQuery({ ...chatModelsQuery(workspaceId), enabled: useEditor(selectCallsModel) });
  const [document] = useDebouncedValue(useEditor(selectDocument), SETTLES_MS);
  const ended = useEditor(selectEnded);

  useEffect(() => {
    if (!ended) return;
    const { queryKey } = nodeNumbersQuery(workspaceId, appId);
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), WRITTEN_MS);
    return () => clearTimeout(timer);
  }, [ended, client, workspaceId, appId]);

  useEffect(() => {
    const steps = estimates(document, numbers, models, editor.getState().run.trace);
    const why = { runs: t("why.runs", { count: numbers?.runs ?? 0 }), prompt: t("why.prompt") };
    const marks: Record<string, EstimateMark> = {};
    for (const [id, estimate] of steps) marks[id] = { text: words(estimate), why: why[estimate.from] };
    const whole = flowEstimate(steps, numbers);
    ui.setState({
      estimates: marks,
      flowEstimate: whole && { text: words(whole), why: t(`whole.${whole.from}`, { count: numbers?.succeeded ?? 0 }) },
    });
  }, [document, numbers, models, ended, editor, ui, words, t]);
  return null;
}
