import type { Connection, Edge, EdgeChange, FinalConnectionState } from "@xyflow/react";
import { type DragEvent, type FocusEvent, type MouseEvent as ReactMouseEvent, useMemo } from "react";
import type { CanvasUiStore } from "./canvas-ui";
import type { Commands } from "./commands";
import { connect, reconnect, whyNot } from "./graph/connect";
import { nodeHandles } from "./graph/handles";
import { moveNodes, spliceIntoEdge } from "./graph/nodes";
import { edgesFrom, edgesInto, nodeById } from "./graph/structure";
import type { ActLabel } from "./history";
import { DRAG_TYPE } from "./palette";
import type { EditorStore } from "./store";
import type { Flow, ViewNode } from "./view-types";

interface Context {
  editor: EditorStore;
  ui: CanvasUiStore;
  commands: Commands;
  flow: Flow;
}
type AnyEvent = MouseEvent | TouchEvent | ReactMouseEvent;

function pointOf(event: AnyEvent): { x: number; y: number } {
  const at = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x: at.clientX, y: at.clientY };
}

/** The edge under a point of the window, below whatever lies on top of it. */
function edgeAt(at: { x: number; y: number }): string | undefined {
  for (const element of document.elementsFromPoint(at.x, at.y)) {
    const edge = element.closest<SVGElement>("[data-edge-id]");
    if (edge) return edge.dataset.edgeId;
  }
  return undefined;
}

const asLink = (connection: Connection | Edge) => ({
  source: connection.source,
  sourceHandle: connection.sourceHandle,
  target: connection.target,
});

/** What the canvas library reports, turned into acts on the document. */
export function useFlowHandlers({ editor, ui, commands, flow }: Context) {
  return useMemo(() => {
    const { actions, getState } = editor;

    const refuse = (link: ReturnType<typeof asLink>, event: AnyEvent, replacing?: string): void => {
      const { document, nodeTypes } = getState();
      const refusal = whyNot(document, link, nodeTypes, replacing);
      if (refusal) ui.setState({ hint: { at: pointOf(event), refusal } });
    };

    return {
      isValidConnection: (connection: Connection | Edge): boolean => {
        const { document, nodeTypes } = getState();
        return whyNot(document, asLink(connection), nodeTypes) === null;
      },

      onConnect: (connection: Connection): void => {
        const linked = connect(getState().document, connection, getState().nodeTypes);
        if (!linked.refusal) actions.change({ key: "connect" }, () => linked.document);
      },

      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
        if (state.isValid || !state.fromHandle) return;
        const { fromHandle, toNode } = state;
        const forward = fromHandle.type === "source";
        if (toNode) {
          const link = forward
            ? { source: fromHandle.nodeId, sourceHandle: fromHandle.id ?? null, target: toNode.id }
            : { source: toNode.id, sourceHandle: state.toHandle?.id ?? null, target: fromHandle.nodeId };
          return refuse(link, event);
        }
        const at = pointOf(event);
        const position = flow.screenToFlowPosition(at);
        const place = forward
          ? ({
              kind: "after",
              nodeId: fromHandle.nodeId,
              handle: fromHandle.id ?? "source",
              position: { x: position.x, y: position.y - 24 },
            } as const)
          : ({ kind: "before", nodeId: fromHandle.nodeId, position: { x: position.x - 256, y: position.y - 24 } } as const);
        ui.setState({ palette: { at, place } });
      },

      onReconnect: (edge: Edge, connection: Connection): void => {
        const linked = reconnect(getState().document, edge.id, connection, getState().nodeTypes);
        if (!linked.refusal) actions.change({ key: "reconnect" }, () => linked.document);
      },

      onEdgesChange: (changes: EdgeChange[]): void => {
        const picks = changes.filter((change) => change.type === "select");
        if (!picks.length) return;
        const { selection } = getState();
        const chosen = new Set(selection.edges);
        for (const { id, selected } of picks) {
          if (selected) chosen.add(id);
          else chosen.delete(id);
        }
        actions.select({ nodes: selection.nodes, edges: [...chosen] });
      },

      onNodeDragStop: (event: AnyEvent, node: ViewNode | undefined, nodes: ViewNode[]): void => {
        const positions = Object.fromEntries(
          nodes.map((one) => [one.id, { x: Math.round(one.position.x), y: Math.round(one.position.y) }]),
        );
        const { document, nodeTypes } = getState();
        const only = nodes.length === 1 ? nodes[0] : undefined;
        const alone = only && !edgesFrom(document, only.id).length && !edgesInto(document, only.id).length;
        const edge = alone ? edgeAt(pointOf(event)) : undefined;
        const moved = moveNodes(document, positions);
        const spliced = edge && only ? spliceIntoEdge(moved, only.id, edge, nodeTypes) : moved;
        const title = nodeById(document, node?.id ?? "")?.data.title ?? "";
        const label: ActLabel = spliced !== moved ? { key: "insert", params: { title } } : { key: "move", params: { count: nodes.length } };
        actions.change(label, () => spliced);
      },

      onNodeDoubleClick: (_: unknown, node: ViewNode): void => actions.openNode(node.id),

      /** A card reached by the Tab key is the one that the other keys mean. */
      onFocus: (event: FocusEvent<HTMLElement>): void => {
        const { nodeId } = event.target.dataset;
        if (!nodeId || !event.target.matches(":focus-visible") || getState().selection.nodes.includes(nodeId)) return;
        actions.select({ nodes: [nodeId] });
      },

      onDragOver: (event: DragEvent): void => {
        if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      },

      onDrop: (event: DragEvent): void => {
        const type = getState().nodeTypes[event.dataTransfer.getData(DRAG_TYPE)];
        if (!type) return;
        event.preventDefault();
        const at = { x: event.clientX, y: event.clientY };
        const edge = edgeAt(at);
        const fits = edge && nodeHandles(type, type.defaults).length > 0;
        const position = flow.screenToFlowPosition(at);
        commands.add(type, fits ? { kind: "edge", edgeId: edge } : { kind: "free", position: { x: position.x - 128, y: position.y - 24 } });
      },

      onPaneDoubleClick: (event: ReactMouseEvent): void => {
        if (getState().readOnly || !(event.target instanceof Element) || !event.target.classList.contains("react-flow__pane")) return;
        const at = { x: event.clientX, y: event.clientY };
        ui.setState({ palette: { at, place: { kind: "free", position: flow.screenToFlowPosition(at) } } });
      },

      onContextMenu: (event: ReactMouseEvent): void => {
        if (!(event.target instanceof Element) || event.target.closest("[role=dialog], [role=toolbar], input")) return;
        event.preventDefault();
        const card = event.target.closest<HTMLElement>("[data-node-id]");
        const nodeId = card?.dataset.nodeId ?? null;
        if (nodeId && !getState().selection.nodes.includes(nodeId)) actions.select({ nodes: [nodeId] });
        // The menu key has no place of its own.
        const box = card?.getBoundingClientRect();
        const byKey = event.clientX === 0 && event.clientY === 0 && box;
        ui.setState({ menu: { at: byKey ? { x: box.left + 24, y: box.top + 24 } : { x: event.clientX, y: event.clientY }, nodeId } });
      },
    };
  }, [editor, ui, commands, flow]);
}
