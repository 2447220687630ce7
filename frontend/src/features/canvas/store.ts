import { produce } from "immer";
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { sendHeldText } from "@/features/prompt/held-text";
import type { ApiErrorBody, AppMode, FlowDocument, FlowNode, Id, NodeType, Problem, RunEvent } from "@/api/types";
import { setNodeData } from "./graph/nodes";
import { nodeById } from "./graph/structure";
import type { NodeTypes } from "./graph/model";
import { type ActLabel, type History, NO_HISTORY, remember, travel } from "./history";
import { EMPTY_RUN, foldEvents, type NodeRunView, type RunView } from "./run-reducer";

export type SaveState = "idle" | "saving" | "saved" | "offline" | "failed" | "conflict";
export type LeftDock = "palette" | "outline" | "versions" | null;

/** Someone else saved first; both drafts are kept until a person chooses. */
export interface Conflict {
  document: FlowDocument;
  revision: number;
  updatedBy: string | null;
  updatedAt: string | null;
  /** What both began from; without it nobody can tell who changed what. */
  base?: FlowDocument;
}
export interface Selection {
  nodes: readonly string[];
  edges: readonly string[];
}
export interface FocusRequest {
  nodeId: string;
  field: string | null;
  /** The tab that is asked for, when it is not that of the settings. */
  tab?: "last-run";
  /** Differs in each request, so that the same field can be asked for twice. */
  at: number;
}
/** What the run dock offers to the keyboard and the top bar. */
export interface RunControls {
  /** `stepping`: it stands before every step. */
  start(stepping?: boolean): void;
  stop(): void;
  /** Whether every required input is filled; when not, the dock is opened but nothing is started. */
  ready(): boolean;
}
/** Inputs that make a template run at once. */
export interface SampleInput {
  inputs: Record<string, unknown>;
  query: string;
}

export interface EditorState {
  appId: Id;
  workspaceId: Id;
  mode: AppMode;
  readOnly: boolean;
  nodeTypes: NodeTypes;
  document: FlowDocument;
  history: History;
  selection: Selection;
  openNodeId: string | null;
  focusRequest: FocusRequest | null;
  leftDock: LeftDock;
  runDockOpen: boolean;
  runControls: RunControls | null;
  /** Saves what is unsaved; false when that did not work. Await it before anything that reads the server's draft. */
  saveNow: () => Promise<boolean>;
  sample: SampleInput | null;
  /** What a new model step starts with. */
  defaultModel: { provider: string; name: string } | null;
  revision: number;
  /** The document of `revision`: whatever differs from it is unsaved. */
  savedDocument: FlowDocument;
  saveState: SaveState;
  savedAt: Date | null;
  saveError: ApiErrorBody | null;
  conflict: Conflict | null;
  problems: readonly Problem[];
  activeRunId: Id | null;
  run: RunView;
  runs: Record<string, NodeRunView>;
  /** The run at an earlier instant, while a replay shows it. What can be done with the run goes by `run`. */
  instant: RunView | null;
}

/** The run as it is to be shown: as it is, or at the instant that a replay stands at. */
export const shownRun = (state: EditorState): RunView => state.instant ?? state.run;

export interface EditorInit {
  appId: Id;
  workspaceId: Id;
  mode: AppMode;
  document: FlowDocument;
  revision?: number;
  updatedAt?: string;
  problems?: readonly Problem[];
  nodeTypes: readonly NodeType[] | NodeTypes;
  readOnly?: boolean;
  sample?: SampleInput | null;
  /** Calls its argument before a paint that is soon. */
  nextFrame?: (flush: () => void) => void;
  now?: () => number;
}

export interface EditOptions {
  mergeKey?: string;
}

export interface EditorActions {
  /** Change the document as one undoable act by a pure function, such as those of `graph/`. */
  change(label: ActLabel, next: (document: FlowDocument) => FlowDocument, options?: EditOptions): void;
  /** The same by an immer recipe. */
  edit(label: ActLabel, recipe: (draft: FlowDocument) => void, options?: EditOptions): void;
  /** Change one node's `data`; edits with the same `mergeKey` within a second are one act. */
  updateNodeData(nodeId: string, recipe: (data: FlowNode["data"]) => void, options?: { label?: ActLabel; mergeKey?: string }): void;
  undo(): void;
  redo(): void;
  /** Steps through the change list: negative is back. */
  travel(steps: number): void;
  select(selection: Partial<Selection>): void;
  openNode(nodeId: string | null): void;
  focusField(nodeId: string, field: string | null): void;
  /** Open a node at what it gave in the last run. */
  openOutput(nodeId: string): void;
  setLeftDock(dock: LeftDock): void;
  setRunDock(open: boolean): void;
  /** Called by the run dock; returns what takes the controls away again. */
  registerRunControls(controls: RunControls): () => void;
  setProblems(problems: readonly Problem[]): void;
  setRun(runId: Id | null): void;
  showInstant(run: RunView | null): void;
  /** Queue events of the active run; the state follows once a frame, in a large flow less often. */
  applyRunEvents(events: readonly RunEvent[]): void;
  /** For the autosave only. */
  setSaving(
    saving: Partial<
      Pick<EditorState, "saveNow" | "saveState" | "savedAt" | "saveError" | "revision" | "savedDocument" | "conflict" | "problems">
    >,
  ): void;
}

export interface EditorStore extends StoreApi<EditorState> {
  readonly actions: EditorActions;
}

const byType = (types: EditorInit["nodeTypes"]): NodeTypes =>
  Array.isArray(types) ? Object.fromEntries((types as readonly NodeType[]).map((type) => [type.type, type])) : (types as NodeTypes);

/** Selection and open node without what the document no longer has. */
function prune(state: EditorState, document: FlowDocument): Partial<EditorState> {
  const edgeIds = new Set(document.graph.edges.map((edge) => edge.id));
  const nodes = state.selection.nodes.filter((id) => nodeById(document, id));
  const edges = state.selection.edges.filter((id) => edgeIds.has(id));
  const same = nodes.length === state.selection.nodes.length && edges.length === state.selection.edges.length;
  return {
    selection: same ? state.selection : { nodes, edges },
    openNodeId: state.openNodeId && nodeById(document, state.openNodeId) ? state.openNodeId : null,
  };
}

function initialState(init: EditorInit): EditorState {
  return {
    appId: init.appId,
    workspaceId: init.workspaceId,
    mode: init.mode,
    readOnly: init.readOnly ?? false,
    nodeTypes: byType(init.nodeTypes),
    document: init.document,
    history: NO_HISTORY,
    selection: { nodes: [], edges: [] },
    openNodeId: null,
    focusRequest: null,
    leftDock: null,
    runDockOpen: false,
    runControls: null,
    saveNow: () => Promise.resolve(true),
    sample: init.sample ?? null,
    defaultModel: null,
    revision: init.revision ?? 0,
    savedDocument: init.document,
    saveState: "idle",
    savedAt: init.updatedAt ? new Date(init.updatedAt) : null,
    saveError: null,
    conflict: null,
    problems: init.problems ?? [],
    activeRunId: null,
    run: EMPTY_RUN,
    runs: EMPTY_RUN.nodes,
    instant: null,
  };
}

/** With hundreds of cards each drawing of a run costs the browser tens of milliseconds, so fewer are made: so long for each card, at most. */
const PACE_MS = 0.2;
const SLOWEST_PACE_MS = 100;

function paced(cards: () => number): NonNullable<EditorInit["nextFrame"]> {
  let last = Number.NEGATIVE_INFINITY;
  return (flush) => {
    const draw = (): void =>
      void requestAnimationFrame((now) => {
        last = now;
        flush();
      });
    const wait = last + Math.min(SLOWEST_PACE_MS, cards() * PACE_MS) - performance.now();
    if (wait > 0) setTimeout(draw, wait);
    else draw();
  };
}

/** One editor: its document with history, selection, saving and run. Several can live on one page. */
export function createEditorStore(init: EditorInit): EditorStore {
  const store = createStore<EditorState>(() => initialState(init));
  const { getState: get, setState: set } = store;
  const now = init.now ?? Date.now;
  const nextFrame = init.nextFrame ?? paced(() => get().document.graph.nodes.length);
  let waiting: RunEvent[] = [];

  const change: EditorActions["change"] = (label, next, options) => {
    // What is still being typed comes before what is done now.
    sendHeldText();
    const state = get();
    if (state.readOnly) return;
    const document = next(state.document);
    if (document === state.document) return;
    const act = { label, before: state.document, after: document, mergeKey: options?.mergeKey ?? null, at: now() };
    set({ document, history: remember(state.history, act), ...prune(state, document) });
  };

  const go = (steps: number): void => {
    sendHeldText();
    const state = get();
    const there = state.readOnly ? null : travel(state.history, steps);
    if (there) set({ ...there, ...prune(state, there.document) });
  };

  const flush = (): void => {
    const events = waiting;
    waiting = [];
    set((state) => {
      const run = foldEvents(state.run, events);
      return run === state.run ? state : { run, runs: run.nodes };
    });
  };

  const actions: EditorActions = {
    change,
    edit: (label, recipe, options) => change(label, (document) => produce(document, recipe), options),
    updateNodeData(nodeId, recipe, options) {
      const node = nodeById(get().document, nodeId);
      if (!node) return;
      const label = options?.label ?? { key: "editNode", params: { title: node.data.title } };
      change(label, (document) => setNodeData(document, nodeId, recipe, get().nodeTypes), { mergeKey: options?.mergeKey });
    },
    undo: () => go(-1),
    redo: () => go(1),
    travel: go,
    select: (selection) => set({ selection: { nodes: selection.nodes ?? [], edges: selection.edges ?? [] } }),
    openNode: (nodeId) =>
      set((state) => ({
        openNodeId: nodeId,
        selection: nodeId ? { nodes: [nodeId], edges: [] } : state.selection,
        focusRequest: nodeId ? state.focusRequest : null,
      })),
    focusField: (nodeId, field) =>
      set((state) => ({
        openNodeId: nodeId,
        selection: { nodes: [nodeId], edges: [] },
        focusRequest: { nodeId, field, at: (state.focusRequest?.at ?? 0) + 1 },
      })),
    openOutput: (nodeId) =>
      set((state) => ({
        openNodeId: nodeId,
        selection: { nodes: [nodeId], edges: [] },
        focusRequest: { nodeId, field: null, tab: "last-run", at: (state.focusRequest?.at ?? 0) + 1 },
      })),
    setLeftDock: (leftDock) => set({ leftDock }),
    setRunDock: (runDockOpen) => set({ runDockOpen }),
    registerRunControls(runControls) {
      set({ runControls });
      return () => set((state) => (state.runControls === runControls ? { runControls: null } : state));
    },
    setProblems: (problems) => set({ problems }),
    setRun(activeRunId) {
      waiting = [];
      set({ activeRunId, run: EMPTY_RUN, runs: EMPTY_RUN.nodes, instant: null });
    },
    showInstant: (instant) => set({ instant }),
    applyRunEvents(events) {
      if (!waiting.length && events.length) nextFrame(flush);
      waiting.push(...events);
    },
    setSaving: (saving) => set(saving),
  };
  return Object.assign(store, { actions });
}

export const EditorContext = createContext<EditorStore | null>(null);

/** The editor around this component. */
export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (!store) throw new Error("an editor component outside of EditorContext");
  return store;
}

/** Read from the editor's state; renders again only when the selected value changes. Keep selectors outside of components where they take no props. */
export function useEditor<T>(selector: (state: EditorState) => T): T {
  return useStore(useEditorStore(), selector);
}

/** What an editor is made with and keeps. Not listened to: cards and edges ask by the thousand, and each listener is asked at every change. */
export function useEditorFacts(): Readonly<Pick<EditorState, "appId" | "workspaceId" | "mode" | "readOnly" | "nodeTypes">> {
  return useEditorStore().getState();
}

export function useEditorActions(): EditorActions {
  return useEditorStore().actions;
}
