import type { Connection, Edge, FinalConnectionState, OnConnectStartParams } from "@xyflow/react";
import type { MouseEvent as ReactMouseEvent } from "react";
import type { CanvasUiStore } from "./canvas-ui";
import { connect, handleId, reconnect, whyNot } from "./graph/connect";
import { withStart } from "./graph/containers";
import { nodeHandles } from "./graph/handles";
import { isDecoration, type Link } from "./graph/model";
import { nodeById } from "./graph/structure";
import type { EditorStore } from "./store";
import type { Flow } from "./view-types";

export type AnyEvent = MouseEvent | TouchEvent | ReactMouseEvent;

export function pointOf(event: AnyEvent): { x: number; y: number } {
  const at = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x: at.clientX, y: at.clientY };
}

interface Context {
  editor: EditorStore;
  ui: CanvasUiStore;
  flow: Flow;
  root: () => HTMLElement | null;
}

/** How near to a card, in pixels of the screen, an edge that is being drawn snaps to it. */
const SNAP = 40;
/** On the canvas cards stand at least this far apart; wider areas would lie over each other when seen from afar. */
const MOST = 60;

const asLink = (connection: Connection | Edge): Link => ({
  source: connection.source,
  sourceHandle: connection.sourceHandle,
  target: connection.target,
});

/** What drawing an edge and moving its ends report, turned into acts on the document. */
export function makeConnectionHandlers({ editor, ui, flow, root }: Context) {
  const { actions, getState } = editor;

  const refuse = (link: Link, event: AnyEvent): void => {
    const { document, nodeTypes } = getState();
    const refusal = whyNot(document, link, nodeTypes, ui.getState().reconnecting ?? undefined);
    if (refusal) ui.setState({ hint: { at: pointOf(event), refusal } });
  };

  /** The step under a point. An edge drawn backwards can end anywhere on it. */
  const stepAt = (at: { x: number; y: number }): string | undefined => {
    for (const element of document.elementsFromPoint(at.x, at.y)) {
      const id = element.closest<HTMLElement>("[data-node-id]")?.dataset.nodeId;
      const node = id ? nodeById(getState().document, id) : undefined;
      if (node && !isDecoration(node)) return node.id;
    }
    return undefined;
  };

  /** The link that an edge let go over a step stands for. */
  const linkTo = (id: string, state: FinalConnectionState): Link => {
    const from = state.fromHandle!;
    if (from.type === "source") return { source: from.nodeId, sourceHandle: from.id ?? null, target: id };
    const node = nodeById(getState().document, id)!;
    const handle = state.toHandle?.id ?? nodeHandles(getState().nodeTypes[node.data.type], node.data)[0]?.id;
    return { source: id, sourceHandle: handle, target: from.nodeId };
  };

  const sameAs = (link: Link, edgeId: string): boolean =>
    getState().document.graph.edges.some(
      (edge) =>
        edge.id === edgeId &&
        edge.source === link.source &&
        edge.target === link.target &&
        handleId(edge.sourceHandle) === handleId(link.sourceHandle),
    );

  const link = (wanted: Link): void => {
    const { document, nodeTypes } = getState();
    const moving = ui.getState().reconnecting;
    if (moving && sameAs(wanted, moving)) return;
    const linked = moving ? reconnect(document, moving, wanted, nodeTypes) : connect(document, wanted, nodeTypes);
    if (linked.refusal) return;
    const inner = nodeById(linked.document, wanted.source)?.parentId;
    actions.change({ key: moving ? "reconnect" : "connect" }, () => (inner ? withStart(linked.document, inner) : linked.document));
  };

  return {
    isValidConnection: (connection: Connection | Edge): boolean => {
      const { document, nodeTypes } = getState();
      return whyNot(document, asLink(connection), nodeTypes, ui.getState().reconnecting ?? undefined) === null;
    },

    onConnect: (connection: Connection): void => link(asLink(connection)),

    onConnectStart: (_: AnyEvent, { nodeId }: OnConnectStartParams): void => {
      const { zoom } = flow.getViewport();
      root()?.style.setProperty("--snap", `${-Math.min(SNAP / zoom, MOST)}px`);
      root()?.setAttribute("data-connecting", "");
      ui.setState({ connectingIn: nodeById(getState().document, nodeId ?? "")?.parentId ?? null });
    },

    onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState): void => {
      root()?.removeAttribute("data-connecting");
      ui.setState({ connectingIn: null });
      if (state.isValid || !state.fromHandle) return;
      const at = pointOf(event);
      const over = state.toNode?.id ?? stepAt(at);
      const wanted = over ? linkTo(over, state) : undefined;
      const moving = ui.getState().reconnecting;
      if (wanted && !(moving && sameAs(wanted, moving))) {
        const { document, nodeTypes } = getState();
        return whyNot(document, wanted, nodeTypes, moving ?? undefined) ? refuse(wanted, event) : link(wanted);
      }
      if (wanted || moving) return;
      const position = flow.screenToFlowPosition(at);
      const { fromHandle } = state;
      ui.setState({
        palette: {
          at,
          place:
            fromHandle.type === "source"
              ? {
                  kind: "after",
                  nodeId: fromHandle.nodeId,
                  handle: fromHandle.id ?? "source",
                  position: { x: position.x, y: position.y - 24 },
                }
              : { kind: "before", nodeId: fromHandle.nodeId, position: { x: position.x - 256, y: position.y - 24 } },
        },
      });
    },

    onReconnectStart: (_: unknown, edge: Edge): void => ui.setState({ reconnecting: edge.id }),
    onReconnect: (_: Edge, connection: Connection): void => link(asLink(connection)),
    onReconnectEnd: (): void => ui.setState({ reconnecting: null }),
  };
}
