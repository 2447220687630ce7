import type { EdgeChange } from "@xyflow/react";
import type { FlowDocument } from "@/api/types";
import { type DragEvent, type FocusEvent, type MouseEvent as ReactMouseEvent, useMemo } from "react";
import { canvasSettings } from "./canvas-settings";
import { type CanvasUiStore, DRAG_TYPE } from "./canvas-ui";
import type { Commands } from "./commands";
import { type AnyEvent, makeConnectionHandlers, pointOf } from "./connection-handlers";
import { fragmentOf, insertFragment } from "./graph/clipboard";
import { containerAt, fitted, inside, moveBetween, staysOutside } from "./graph/containers";
import { nodeHandles } from "./graph/handles";
import { isDecoration, isInnerStart, type Point, sizeOf } from "./graph/model";
import { moveNodes, spliceIntoEdge } from "./graph/nodes";
import { absoluteOf, edgesFrom, edgesInto, nodeById } from "./graph/structure";
import type { ActLabel } from "./history";
import type { EditorStore } from "./store";
import type { Settled } from "./use-view-nodes";
import type { Flow, ViewNode } from "./view-types";

interface Context {
  editor: EditorStore;
  ui: CanvasUiStore;
  commands: Commands;
  flow: Flow;
  root: () => HTMLElement | null;
  settle: () => Settled;
}

/** The edge under a point of the window, below whatever lies on top of it. */
function edgeAt(at: { x: number; y: number }): string | undefined {
  for (const element of document.elementsFromPoint(at.x, at.y)) {
    const edge = element.closest<SVGElement>("[data-edge-id]");
    if (edge) return edge.dataset.edgeId;
  }
  return undefined;
}

/** What the canvas library reports, turned into acts on the document. */
export function useFlowHandlers({ editor, ui, commands, flow, root, settle }: Context) {
  return useMemo(() => {
    const { actions, getState } = editor;
    const tap = { on: "" };

    /** The container that a dragged node lies in by its middle; undefined outside of all. */
    const homeOf = (node: ViewNode, ids: readonly string[], after = getState().document): string | undefined => {
      const stored = nodeById(after, node.id);
      if (!stored || staysOutside(stored.data.type)) return undefined;
      const parent = stored.parentId ? nodeById(after, stored.parentId) : undefined;
      const origin = parent ? absoluteOf(after, parent) : { x: 0, y: 0 };
      const at = after === getState().document ? node.position : stored.position;
      const { width, height } =
        node.measured?.width && node.measured.height ? (node.measured as { width: number; height: number }) : sizeOf(stored);
      return containerAt(after, { x: origin.x + at.x + width / 2, y: origin.y + at.y + height / 2 }, ids)?.id;
    };

    /** Dragged nodes that ended in another container, or out of theirs, belong there from now on. */
    const rehome = (moved: FlowDocument, node: ViewNode, ids: readonly string[]): boolean => {
      const stored = nodeById(moved, node.id);
      if (!stored || isDecoration(stored) || isInnerStart(stored.data.type) || stored.data.type === "end") return false;
      const home = homeOf(node, ids, moved);
      if (home === stored.parentId) return false;
      const { document, cut } = moveBetween(moved, ids, home ?? null);
      if (document === moved) return false;
      const title = nodeById(moved, home ?? stored.parentId ?? "")?.data.title ?? "";
      actions.change({ key: home ? "intoContainer" : "outOfContainer", params: { title } }, () => document);
      if (cut) ui.setState({ hint: { at: pointer(node), key: "hint.connectionsCut", params: { count: cut } } });
      return true;
    };

    const pointer = (node: ViewNode): Point => {
      const box = window.document.querySelector(`[data-node-id="${CSS.escape(node.id)}"]`)?.getBoundingClientRect();
      return { x: box?.right ?? 0, y: box?.top ?? 0 };
    };

    /** Nodes in containers stay clear of the title, and the container holds them. */
    const kept = (document: FlowDocument, ids: readonly string[]): FlowDocument => {
      const children = ids.map((id) => nodeById(document, id)).filter((node) => node?.parentId !== undefined);
      const clear = moveNodes(document, Object.fromEntries(children.map((node) => [node!.id, { ...inside(node!.position) }])));
      return [...new Set(children.map((node) => node!.parentId))].reduce((next, parent) => fitted(next, parent), clear);
    };

    /** Alt while dragging: the copy is where the drag ended, the original where it began. */
    const copyTo = (ids: readonly string[], positions: Readonly<Record<string, Point>>): void => {
      const { document, nodeTypes, mode } = getState();
      const fragment = fragmentOf(moveNodes(document, positions), ids);
      const outer = fragment.nodes.filter((node) => !node.parentId);
      const at = { x: Math.min(...outer.map((node) => node.position.x)), y: Math.min(...outer.map((node) => node.position.y)) };
      const pasted = insertFragment(document, fragment, at, nodeTypes, mode, nodeById(document, ids[0] ?? "")?.parentId);
      // Drawn anew in any case, so that the originals go back.
      actions.change({ key: "duplicate", params: { count: pasted.ids.length } }, () => ({ ...pasted.document }));
      if (pasted.ids.length) actions.select({ nodes: pasted.ids });
    };

    return {
      ...makeConnectionHandlers({ editor, ui, flow, root }),

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

      onNodeDrag: (_: AnyEvent, node: ViewNode | undefined, nodes: ViewNode[]): void => {
        if (ui.getState().lit) ui.setState({ lit: null });
        const over =
          node && !isDecoration(node as never)
            ? homeOf(
                node,
                nodes.map((one) => one.id),
              )
            : undefined;
        const dropInto = over && over !== node?.parentId ? over : null;
        if (ui.getState().dropInto !== dropInto) ui.setState({ dropInto });
      },

      onNodeDragStop: (event: AnyEvent, node: ViewNode | undefined, nodes: ViewNode[]): void => {
        const places = settle();
        for (const one of nodes) if (!places.has(one.id)) places.set(one.id, one.position);
        const positions = Object.fromEntries([...places].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]));
        const ids = nodes.map((one) => one.id);
        if ("altKey" in event && event.altKey) return copyTo(ids, positions);
        const { document, nodeTypes } = getState();
        const moved = moveNodes(document, positions);
        if (node && rehome(moved, node, ids)) return;
        const only = nodes.length === 1 ? nodes[0] : undefined;
        const alone = only && !edgesFrom(document, only.id).length && !edgesInto(document, only.id).length;
        const edge = alone ? edgeAt(pointOf(event)) : undefined;
        const spliced = edge && only ? spliceIntoEdge(moved, only.id, edge, nodeTypes) : moved;
        const title = nodeById(document, node?.id ?? "")?.data.title ?? "";
        const label: ActLabel = spliced !== moved ? { key: "insert", params: { title } } : { key: "move", params: { count: nodes.length } };
        actions.change(label, () => kept(spliced, ids));
      },

      /** A plain click on one of several selected nodes chooses that one. */
      onNodeClick: (event: ReactMouseEvent, node: ViewNode): void => {
        if (event.shiftKey || event.ctrlKey || event.metaKey) return;
        if (getState().selection.nodes.length > 1) actions.select({ nodes: [node.id] });
        // A finger has no double-click: it taps what is selected.
        const finger = (event.nativeEvent as PointerEvent).pointerType === "touch" && tap.on === node.id;
        tap.on = node.id;
        const { renaming } = ui.getState();
        if ((canvasSettings.getState().oneClick || finger) && renaming !== node.id && !isDecoration(node as never)) commands.open(node.id);
      },

      onNodeDoubleClick: (_: unknown, node: ViewNode): void => commands.open(node.id),

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
        const containerId = containerAt(getState().document, position)?.id;
        const corner = { x: position.x - 128, y: position.y - 24 };
        commands.add(type, fits ? { kind: "edge", edgeId: edge } : { kind: "free", position: corner, containerId });
      },

      onPaneDoubleClick: (event: ReactMouseEvent): void => {
        if (getState().readOnly || !(event.target instanceof Element)) return;
        if (!event.target.matches(".react-flow__pane, [data-floor]")) return;
        const at = { x: event.clientX, y: event.clientY };
        const position = flow.screenToFlowPosition(at);
        ui.setState({ palette: { at, place: { kind: "free", position, containerId: containerAt(getState().document, position)?.id } } });
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
  }, [editor, ui, commands, flow, root, settle]);
}
