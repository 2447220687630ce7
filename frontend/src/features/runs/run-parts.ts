import { createContext, useContext, useMemo } from "react";
import { create } from "zustand";
import { api, ApiError, workspacePath } from "@/api/client";
import type { NewPartRun, PartRun, Problem } from "@/api/types";
import { breakpointsOf } from "@/features/canvas/breakpoints";
import { isOver } from "@/features/canvas/run-reducer";
import { type EditorState, type EditorStore, useEditor, useEditorStore } from "@/features/canvas/store";
import { nodeById } from "@/features/canvas/graph/structure";
import { useWorkspace } from "@/lib/use-workspace";

type PartKind = NewPartRun["kind"];

interface Asked {
  appId: string;
  nodeId: string;
}

interface PartsState {
  /** The node whose form for running it alone is open. */
  alone: Asked | null;
  /** The node up to which the test form is to run. */
  to: Asked | null;
  starting: boolean;
  /** What a part that was started here keeps of the earlier run, and does again. */
  started: PartRun | null;
  failure: { appId: string; part: NewPartRun; error: unknown } | null;
}

/** What is asked of the editor's docks: one at a time, by menus, keys and buttons. */
export const useParts = create<PartsState>(() => ({ alone: null, to: null, starting: false, started: null, failure: null }));

/** Types that only mean something inside their container, or begin the flow. */
const NEVER_ALONE = new Set(["start", "iteration-start", "loop-start", "loop-end", ""]);

/** Where a run that begins now is to stand: at the marks of the steps that there are. */
export function stopsOf({ appId, document }: EditorState, stepping = false): { breakpoints?: string[]; stepping?: boolean } {
  const breakpoints = breakpointsOf(appId).filter((id) => nodeById(document, id));
  return { ...(breakpoints.length ? { breakpoints } : {}), ...(stepping ? { stepping } : {}) };
}

/** Save the draft, start the part and follow it in the run dock; null when it did not start. */
export async function startPart(editor: EditorStore, part: NewPartRun): Promise<PartRun | null> {
  if (useParts.getState().starting) return null;
  const { appId, workspaceId, saveNow } = editor.getState();
  useParts.setState({ starting: true, failure: null });
  try {
    if (!(await saveNow())) throw new Error("unsaved");
    const started = await api.post<PartRun>(workspacePath(workspaceId, `/apps/${appId}/partial-runs`), {
      ...part,
      // One step alone does not stand before itself.
      ...(part.kind === "node" ? {} : stopsOf(editor.getState())),
    });
    useParts.setState({ started });
    editor.actions.setRun(started.run.id);
    editor.actions.setRunDock(true);
    return started;
  } catch (error) {
    const problems = error instanceof ApiError && Array.isArray(error.details.problems) ? (error.details.problems as Problem[]) : [];
    if (problems.length) editor.actions.setProblems(problems);
    useParts.setState({ failure: { appId, part, error } });
    return null;
  } finally {
    useParts.setState({ starting: false });
  }
}

/** Open a node with the form that runs it alone: this one, or the one that is open or selected. False when there is none. */
export function askToRunNode(editor: EditorStore, nodeId?: string): boolean {
  const { appId, document, nodeTypes, openNodeId, selection } = editor.getState();
  const id = nodeId ?? openNodeId ?? (selection.nodes.length === 1 ? selection.nodes[0] : undefined);
  const node = id ? nodeById(document, id) : undefined;
  if (!node || !nodeTypes[node.data.type] || NEVER_ALONE.has(node.data.type)) return false;
  editor.actions.openNode(node.id);
  useParts.setState({ alone: { appId, nodeId: node.id }, failure: null });
  return true;
}

/** Runs of parts of a flow, for buttons, menus and keys of the editor. */
export interface RunParts {
  /** Whether `kind` makes sense for this node now. */
  can(kind: PartKind, nodeId?: string): boolean;
  /** Opens the node with the form of what it needs. */
  runNode(nodeId: string): void;
  runTo(nodeId: string): void;
  /** With the values of the run that is shown, or the app's latest. */
  runFrom(nodeId: string): void;
}

export function useRunParts(): RunParts {
  const editor = useEditorStore();
  const workspace = useWorkspace();
  const allowed = workspace.can("run.execute");
  const ended = useEditor((state) => state.activeRunId !== null && isOver(state.run));
  return useMemo(() => {
    const { appId } = editor.getState();
    return {
      can: (kind, nodeId) => {
        if (!allowed) return false;
        const { document, nodeTypes } = editor.getState();
        const node = nodeId ? nodeById(document, nodeId) : undefined;
        if (kind === "restart" || kind === "fork") return ended;
        if (!node || !nodeTypes[node.data.type] || NEVER_ALONE.has(node.data.type)) return false;
        return kind === "node" || !node.parentId;
      },
      runNode: (nodeId) => void askToRunNode(editor, nodeId),
      runTo: (nodeId) => {
        editor.actions.setRunDock(true);
        useParts.setState({ to: { appId, nodeId }, failure: null });
      },
      runFrom: (nodeId) => {
        const { activeRunId, run } = editor.getState();
        void startPart(editor, { kind: "from", node_id: nodeId, ...(activeRunId && isOver(run) ? { run_id: activeRunId } : {}) });
      },
    };
  }, [editor, allowed, ended]);
}

/** How the run that is shown can be taken up again; null where it cannot. */
export interface RunAgain {
  starting: boolean;
  /** It failed and can be taken up at the node that failed. */
  failed: boolean;
  /** Which flow is the natural one to go on with. */
  usual: "draft" | "same";
  restart(version: "draft" | "same"): void;
  /** Run what follows a node with other outputs of it. */
  fork(nodeId: string, outputs: Record<string, unknown>): void;
  /** The same with other outputs of several nodes, by their ids. */
  forkAll(outputs: Record<string, Record<string, unknown>>): void;
}

export const RunAgainContext = createContext<RunAgain | null>(null);
export const useRunAgain = (): RunAgain | null => useContext(RunAgainContext);

/** Taking up the run of the editor. */
export function useEditorAgain(): RunAgain | null {
  const editor = useEditorStore();
  const workspace = useWorkspace();
  const runId = useEditor((state) => state.activeRunId);
  const state = useEditor((editorState) => editorState.run.state);
  const over = useEditor((editorState) => isOver(editorState.run));
  const starting = useParts((parts) => parts.starting);
  const allowed = workspace.can("run.execute");
  return useMemo(
    () =>
      runId && over && allowed
        ? {
            starting,
            failed: state === "failed",
            usual: "draft",
            restart: (version) => void startPart(editor, { kind: "restart", run_id: runId, version }),
            fork: (nodeId, outputs) => void startPart(editor, { kind: "fork", run_id: runId, values: { [nodeId]: outputs } }),
            forkAll: (outputs) => void startPart(editor, { kind: "fork", run_id: runId, values: outputs }),
          }
        : null,
    [runId, over, allowed, starting, state, editor],
  );
}
