import "@xyflow/react/dist/base.css";
import { Background, ConnectionLineType, MiniMap, ReactFlow, SelectionMode, useReactFlow, type Viewport } from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, useCallback, useEffect, useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument } from "@/api/types";
import { CanvasHint, ConnectionHint } from "./canvas-hint";
import { CanvasToolbar } from "./canvas-toolbar";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./canvas.module.css";
import marks from "./card-marks.module.css";
import { useCanvasRoot, useCommands } from "./commands-context";
import { ContainerCard, EntryCard } from "./container-card";
import { FlowEdge } from "./flow-edge";
import { GAP_X, GRID, NODE_WIDTH } from "./graph/model";
import { LateMount } from "./late-mount";
import { NodeCard } from "./node-card";
import { FrameCard } from "./notes/frame-card";
import { NoteCard } from "./notes/note-card";
import { GuideLines, LateFirstSteps, LateTools } from "./overlays";
import { QuickAdd } from "./quick-add";
import { type EditorState, useEditor, useEditorStore } from "./store";
import { useCanvasKeys, useClipboardEvents } from "./use-canvas-keys";
import { useFlowHandlers } from "./use-flow-handlers";
import { useNarrow } from "./use-narrow";
import { useViewNodes } from "./use-view-nodes";
import { useKeepMiddle, useMoveAttributes, usePansByWheel, useSpaceHand, useStoredViewport } from "./use-viewport";
import { viewEdges } from "./view-model";
import type { Flow, ViewNode } from "./view-types";

const NODE_TYPES = { step: NodeCard, container: ContainerCard, entry: EntryCard, note: NoteCard, frame: FrameCard };
const EDGE_TYPES = { line: FlowEdge };
const FIT = { padding: 0.15, maxZoom: 1 };
// The same objects at every drawing: for each one that changes, the canvas library asks all its cards, handles and edges anew.
const SNAP: [number, number] = [GRID, GRID];
const MANY_KEYS = ["Shift", "Meta", "Control"];
const ZOOM_KEYS = ["Meta", "Control"];
const PAN_OTHER = [1, 2];
const PAN_MAIN = [0, 1];
const ALL_VISIBLE_UP_TO = 600;

const selectEdges = (state: EditorState) => state.document;
const selectSelection = (state: EditorState) => state.selection;

interface Props {
  /** Where the viewport is remembered; null: always everything in view. */
  viewportKey: string | null;
  /** Without tools, for a small picture. */
  bare?: boolean;
  save: () => void;
  testRun: (stepping?: boolean) => void;
}

/** Everything in view; a flow of one step with what is offered beside it in the middle. */
function open(flow: Flow, { graph }: FlowDocument): void {
  const [only, ...others] = graph.nodes;
  if (!only || others.length) void flow.fitView(FIT);
  else void flow.setCenter(only.position.x + NODE_WIDTH + GAP_X / 2, only.position.y + 80, { zoom: 1 });
}

/** The canvas with its tools, palette and menus. Shows and edits the document of the editor around it. */
export function FlowCanvas({ viewportKey, bare = false, save, testRun }: Props) {
  const { t } = useTranslation("canvas");
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow() as unknown as Flow;
  const element = useCanvasRoot();
  const commands = useCommands();
  const pointer = useRef<{ x: number; y: number } | undefined>(undefined);
  const root = useCallback(() => element.current, [element]);
  const lastPointer = useCallback(() => pointer.current, []);
  const helpId = useId();

  const { nodes, onNodesChange, settle } = useViewNodes();
  const handlers = useFlowHandlers({ editor, ui, commands, flow, root, settle });
  useCanvasKeys({ editor, ui, commands, root, save, testRun });
  useClipboardEvents(editor, commands, root, lastPointer);

  const document = useEditor(selectEdges);
  const selection = useEditor(selectSelection);
  const readOnly = useEditor((state) => state.readOnly);
  const openNodeId = useEditor((state) => state.openNodeId);
  const tool = useCanvasUi((state) => state.tool);
  const minimap = useCanvasUi((state) => state.minimap);
  const list = useCanvasUi((state) => state.list);
  const narrow = useNarrow();
  const fixed = readOnly || narrow;
  const drawAll = useCanvasUi((state) => state.drawAll);
  const edges = useMemo(() => viewEdges(document, selection), [document, selection]);
  const { initial, keep } = useStoredViewport(viewportKey);
  const moving = useMoveAttributes(element, ui, nodes.length);
  const pans = usePansByWheel(element);
  useKeepMiddle(element, flow);
  useSpaceHand(element);

  useEffect(() => {
    if (openNodeId) commands.reveal(openNodeId);
  }, [openNodeId, commands]);

  const steady = useMemo(
    () => ({
      onSelectionDrag: (event: ReactMouseEvent, dragged: ViewNode[]) => handlers.onNodeDrag(event, dragged[0], dragged),
      onSelectionDragStop: (event: ReactMouseEvent, dragged: ViewNode[]) => handlers.onNodeDragStop(event, dragged[0], dragged),
      onMoveEnd: (_: unknown, viewport: Viewport) => {
        moving.stop();
        keep(viewport);
      },
    }),
    [handlers, moving, keep],
  );
  // Not drawn again at every frame of a drag.
  const tools = useMemo(
    () => (
      <>
        {!list && !bare && <CanvasToolbar />}
        <ConnectionHint root={root} />
        <CanvasHint />
        <QuickAdd />
        <LateTools />
        <LateMount save={save} testRun={testRun} />
        <RunAnnouncer />
      </>
    ),
    [root, save, testRun, list, bare],
  );

  return (
    <>
      <div
        ref={element}
        className={`${classes.root} ${marks.marks}`}
        onDoubleClick={handlers.onPaneDoubleClick}
        onContextMenu={handlers.onContextMenu}
        onFocus={handlers.onFocus}
        onPointerMove={(event) => {
          pointer.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerLeave={() => {
          pointer.current = undefined;
        }}
      >
        <p id={helpId} className={classes.instructions}>
          {t(readOnly ? "canvas.helpReadOnly" : "canvas.help")}
        </p>
        <ReactFlow
          className={classes.flow}
          aria-label={t("canvas.label")}
          aria-describedby={helpId}
          tabIndex={0}
          inert={list}
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={handlers.onEdgesChange}
          onConnect={handlers.onConnect}
          onConnectStart={handlers.onConnectStart}
          onConnectEnd={handlers.onConnectEnd}
          onReconnectStart={handlers.onReconnectStart}
          onReconnect={readOnly ? undefined : handlers.onReconnect}
          onReconnectEnd={handlers.onReconnectEnd}
          isValidConnection={handlers.isValidConnection}
          onNodeDrag={handlers.onNodeDrag}
          onNodeDragStop={handlers.onNodeDragStop}
          onSelectionDrag={steady.onSelectionDrag}
          onSelectionDragStop={steady.onSelectionDragStop}
          onNodeClick={handlers.onNodeClick}
          onNodeDoubleClick={handlers.onNodeDoubleClick}
          onDragOver={handlers.onDragOver}
          onDrop={handlers.onDrop}
          onPaneClick={commands.focusCanvas}
          onMove={moving.onMove}
          onMoveStart={moving.onMoveStart}
          onMoveEnd={steady.onMoveEnd}
          onInit={(instance) => {
            if (!initial) open(instance as unknown as Flow, editor.getState().document);
            moving.show(instance.getZoom());
          }}
          defaultViewport={initial ?? undefined}
          minZoom={0.05}
          maxZoom={2}
          snapToGrid
          snapGrid={SNAP}
          nodesDraggable={!fixed}
          nodesConnectable={!fixed}
          edgesReconnectable={!fixed}
          nodesFocusable={false}
          disableKeyboardA11y
          connectOnClick={false}
          connectionRadius={40}
          connectionLineType={ConnectionLineType.Bezier}
          reconnectRadius={12}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={MANY_KEYS}
          selectionMode={SelectionMode.Partial}
          selectionOnDrag={tool === "pointer"}
          panOnDrag={tool === "pointer" ? PAN_OTHER : PAN_MAIN}
          panOnScroll={pans}
          zoomActivationKeyCode={ZOOM_KEYS}
          zoomOnDoubleClick={false}
          elevateNodesOnSelect={false}
          onlyRenderVisibleElements={nodes.length > ALL_VISIBLE_UP_TO && !drawAll}
        >
          <Background gap={GRID * 3} size={1.2} />
          {minimap && <MiniMap className={classes.minimap} pannable zoomable ariaLabel={t("toolbar.minimap")} />}
          <LateFirstSteps />
          <GuideLines />
        </ReactFlow>
        {tools}
      </div>
    </>
  );
}

/** Tells a screen reader the start, each failure and the end of a run. */
function RunAnnouncer() {
  const { t } = useTranslation("canvas");
  const state = useEditor((editor) => editor.run.state);
  const active = useEditor((editor) => editor.activeRunId);
  const failed = useEditor((editor) => Object.keys(editor.runs).find((id) => editor.runs[id]!.state === "failed"));
  const title = useEditor((editor) => (failed ? (editor.document.graph.nodes.find((node) => node.id === failed)?.data.title ?? "") : ""));
  const said = !active || state === "queued" ? "" : failed ? t("run.nodeFailed", { title }) : t(`run.${state}`);
  return (
    <div className={classes.instructions} role="status">
      {said}
    </div>
  );
}
