import "@xyflow/react/dist/base.css";
import { Background, ConnectionLineType, MiniMap, ReactFlow, SelectionMode, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useId, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument } from "@/api/types";
import { CanvasHint, ConnectionHint } from "./canvas-hint";
import { CanvasMenu } from "./canvas-menu";
import { CanvasToolbar } from "./canvas-toolbar";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./canvas.module.css";
import marks from "./card-marks.module.css";
import { useCanvasRoot, useCommands } from "./commands-context";
import { ContainerCard, EntryCard } from "./container-card";
import { FirstSteps } from "./first-steps";
import { FlowEdge } from "./flow-edge";
import { GAP_X, GRID, NODE_WIDTH } from "./graph/model";
import { nodeById } from "./graph/structure";
import { NodeCard } from "./node-card";
import { NoteCard } from "./notes/note-card";
import { GuideLines, LateTools } from "./overlays";
import { QuickAdd } from "./quick-add";
import { type EditorState, useEditor, useEditorStore } from "./store";
import { useCanvasKeys, useClipboardEvents } from "./use-canvas-keys";
import { useFlowHandlers } from "./use-flow-handlers";
import { useViewNodes } from "./use-view-nodes";
import { useKeepMiddle, useMoveAttributes, usePansByWheel, useStoredViewport } from "./use-viewport";
import { viewEdges } from "./view-model";
import type { Flow } from "./view-types";

const NODE_TYPES = { step: NodeCard, container: ContainerCard, entry: EntryCard, note: NoteCard, frame: NoteCard };
const EDGE_TYPES = { line: FlowEdge };
const FIT = { padding: 0.15, maxZoom: 1 };
const ALL_VISIBLE_UP_TO = 600;

const selectEdges = (state: EditorState) => state.document;
const selectSelection = (state: EditorState) => state.selection;

interface Props {
  /** Where the viewport is remembered; null: always everything in view. */
  viewportKey: string | null;
  save: () => void;
  testRun: () => void;
}

/** Everything in view; a flow of one step with what is offered beside it in the middle. */
function open(flow: Flow, { graph }: FlowDocument): void {
  const [only, ...others] = graph.nodes;
  if (!only || others.length) void flow.fitView(FIT);
  else void flow.setCenter(only.position.x + NODE_WIDTH + GAP_X / 2, only.position.y + 80, { zoom: 1 });
}

/** The canvas with its tools, palette and menus. Shows and edits the document of the editor around it. */
export function FlowCanvas({ viewportKey, save, testRun }: Props) {
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
  const handlers = useFlowHandlers({ editor, ui, commands, flow, settle });
  useCanvasKeys({ editor, ui, commands, root, save, testRun });
  useClipboardEvents(editor, commands, root, lastPointer);

  const document = useEditor(selectEdges);
  const selection = useEditor(selectSelection);
  const readOnly = useEditor((state) => state.readOnly);
  const openNodeId = useEditor((state) => state.openNodeId);
  const tool = useCanvasUi((state) => state.tool);
  const minimap = useCanvasUi((state) => state.minimap);
  const edges = useMemo(() => viewEdges(document, selection), [document, selection]);
  const { initial, keep } = useStoredViewport(viewportKey);
  const moving = useMoveAttributes(element, ui, nodes.length);
  const pans = usePansByWheel(element);
  useKeepMiddle(element, flow);

  useEffect(() => {
    if (openNodeId) commands.reveal(openNodeId);
  }, [openNodeId, commands]);

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
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={onNodesChange}
          onEdgesChange={handlers.onEdgesChange}
          onConnect={handlers.onConnect}
          onConnectStart={(_, { nodeId }) => {
            element.current?.setAttribute("data-connecting", "");
            ui.setState({ connectingIn: nodeById(editor.getState().document, nodeId ?? "")?.parentId ?? null });
          }}
          onConnectEnd={(event, state) => {
            element.current?.removeAttribute("data-connecting");
            ui.setState({ connectingIn: null });
            handlers.onConnectEnd(event, state);
          }}
          onReconnect={readOnly ? undefined : handlers.onReconnect}
          isValidConnection={handlers.isValidConnection}
          onNodeDrag={handlers.onNodeDrag}
          onNodeDragStop={handlers.onNodeDragStop}
          onSelectionDrag={(event, dragged) => handlers.onNodeDrag(event, dragged[0], dragged)}
          onSelectionDragStop={(event, dragged) => handlers.onNodeDragStop(event, dragged[0], dragged)}
          onNodeClick={handlers.onNodeClick}
          onNodeDoubleClick={handlers.onNodeDoubleClick}
          onDragOver={handlers.onDragOver}
          onDrop={handlers.onDrop}
          onPaneClick={commands.focusCanvas}
          onMove={moving.onMove}
          onMoveStart={moving.onMoveStart}
          onMoveEnd={(_, viewport) => {
            moving.stop();
            keep(viewport);
          }}
          onInit={(instance) => {
            if (!initial) open(instance as unknown as Flow, editor.getState().document);
            moving.show(instance.getZoom());
          }}
          defaultViewport={initial ?? undefined}
          minZoom={0.05}
          maxZoom={2}
          snapToGrid
          snapGrid={[GRID, GRID]}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          edgesReconnectable={!readOnly}
          nodesFocusable={false}
          disableKeyboardA11y
          connectOnClick={false}
          connectionRadius={40}
          connectionLineType={ConnectionLineType.Bezier}
          reconnectRadius={12}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={["Shift", "Meta", "Control"]}
          selectionMode={SelectionMode.Partial}
          selectionOnDrag={tool === "pointer"}
          panOnDrag={tool === "pointer" ? [1, 2] : [0, 1]}
          panOnScroll={pans}
          zoomActivationKeyCode={["Meta", "Control"]}
          zoomOnDoubleClick={false}
          elevateNodesOnSelect={false}
          onlyRenderVisibleElements={nodes.length > ALL_VISIBLE_UP_TO}
        >
          <Background gap={GRID * 3} size={1.2} />
          {minimap && <MiniMap className={classes.minimap} pannable zoomable ariaLabel={t("toolbar.minimap")} />}
          <FirstSteps />
          <GuideLines />
        </ReactFlow>
        <CanvasToolbar />
        <ConnectionHint root={root} />
        <CanvasHint />
        <QuickAdd />
        <LateTools />
        <CanvasMenu />
        <RunAnnouncer />
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
