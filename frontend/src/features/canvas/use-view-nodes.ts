import { applyNodeChanges, type NodeChange, type NodePositionChange, type OnNodesChange } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { type CanvasUiStore, useCanvasUiStore } from "./canvas-ui";
import { inFrame } from "./graph/frames";
import type { Point } from "./graph/model";
import { absoluteOf, nodeById } from "./graph/structure";
import { align, type Box } from "./guides";
import { type EditorStore, useEditorStore } from "./store";
import { viewNodes } from "./view-model";
import type { ViewNode } from "./view-types";

/** Where cards came to rest in the drag that is going on, also those that a frame carries along. */
export type Settled = Map<string, Point>;

const boxOf = (node: ViewNode): Box => ({
  ...node.position,
  width: node.measured?.width ?? node.width ?? 0,
  height: node.measured?.height ?? node.height ?? 0,
});

class Drag {
  readonly settled: Settled = new Map();
  private passengers: Map<string, { by: string; from: Point; frame: Point }> | null = null;

  constructor(
    private readonly editor: EditorStore,
    private readonly ui: CanvasUiStore,
  ) {}

  /** The changes with cards in line with their neighbours, and with what frames carry. */
  follow(changes: NodePositionChange[], nodes: readonly ViewNode[]): NodePositionChange[] {
    this.passengers ??= this.board(changes, nodes);
    const moved = changes.length === 1 ? [this.lined(changes[0]!, nodes)] : changes;
    for (const { id, position } of moved) if (position) this.settled.set(id, position);
    const more = [...this.passengers].flatMap(([id, { by, from, frame }]): NodePositionChange[] => {
      const at = this.settled.get(by);
      if (!at) return [];
      const position = { x: from.x + at.x - frame.x, y: from.y + at.y - frame.y };
      this.settled.set(id, position);
      return [{ id, type: "position", position, dragging: moved[0]?.dragging }];
    });
    return [...moved, ...more];
  }

  private board(changes: NodePositionChange[], nodes: readonly ViewNode[]) {
    const moving = new Set(changes.map((change) => change.id));
    const passengers = new Map<string, { by: string; from: Point; frame: Point }>();
    for (const frame of nodes) {
      if (frame.type !== "frame" || !moving.has(frame.id)) continue;
      for (const node of this.carried(nodes, frame.id)) {
        if (!moving.has(node.id)) passengers.set(node.id, { by: frame.id, from: node.position, frame: frame.position });
      }
    }
    return passengers;
  }

  /** What goes along with a frame. Told when the drag begins. */
  private carried(nodes: readonly ViewNode[], frameId: string): ViewNode[] {
    const { document } = this.editor.getState();
    const frame = nodeById(document, frameId);
    const sizes = new Map(nodes.map((node) => [node.id, boxOf(node)]));
    const along = frame ? inFrame(document, frame, (id) => sizes.get(id)) : null;
    return along ? nodes.filter((node) => along.has(node.id) && !node.selected) : [];
  }

  private lined(change: NodePositionChange, nodes: readonly ViewNode[]): NodePositionChange {
    const node = nodes.find((one) => one.id === change.id);
    if (!node || !change.position || node.type === "frame") return change;
    const others = nodes
      .filter((one) => one.id !== node.id && one.parentId === node.parentId && one.type !== "frame" && !one.hidden)
      .map(boxOf);
    const { position, guides } = align({ ...boxOf(node), ...change.position }, others);
    const { document } = this.editor.getState();
    const parent = node.parentId ? nodeById(document, node.parentId) : undefined;
    const origin = parent ? absoluteOf(document, parent) : { x: 0, y: 0 };
    this.ui.setState({
      guides: guides.map(({ axis, at, from, to }) =>
        axis === "x"
          ? { axis, at: at + origin.x, from: from + origin.y, to: to + origin.y }
          : { axis, at: at + origin.y, from: from + origin.x, to: to + origin.x },
      ),
    });
    return { ...change, position };
  }

  /** Forget the drag. Returns where everything is now. */
  end(): Settled {
    const settled = new Map(this.settled);
    this.settled.clear();
    this.passengers = null;
    this.ui.setState({ guides: [], dropInto: null });
    return settled;
  }
}

interface ViewNodes {
  nodes: ViewNode[];
  onNodesChange: OnNodesChange<ViewNode>;
  /** Ends a drag and tells where its cards are. */
  settle: () => Settled;
}

/**
 * The drawn nodes: the document's, plus measured sizes and places in the middle of a drag, which the
 * document learns only when the drag ends.
 */
export function useViewNodes(): ViewNodes {
  const store = useEditorStore();
  const ui = useCanvasUiStore();
  const [drag] = useState(() => new Drag(store, ui));
  const [nodes, setNodes] = useState<ViewNode[]>(() => viewNodes([], store.getState().document, store.getState().selection));
  const drawn = useRef(nodes);
  useEffect(() => {
    drawn.current = nodes;
  }, [nodes]);

  useEffect(() => {
    const refresh = (): void => setNodes((old) => viewNodes(old, store.getState().document, store.getState().selection));
    refresh();
    return store.subscribe((state, before) => {
      if (state.document.graph.nodes !== before.document.graph.nodes || state.selection !== before.selection) refresh();
    });
  }, [store]);

  const onNodesChange = useCallback(
    (changes: NodeChange<ViewNode>[]) => {
      const picks = changes.filter((change) => change.type === "select");
      const positions = changes.filter((change) => change.type === "position");
      const dragged = positions.filter((change) => change.dragging !== undefined && change.position);
      const moves = [
        ...changes.filter((change) => change.type === "dimensions"),
        ...positions.filter((change) => !dragged.includes(change)),
        ...(dragged.length ? drag.follow(dragged, drawn.current) : []),
      ];
      if (moves.length) setNodes((old) => applyNodeChanges(moves, old));
      if (!picks.length) return;
      const { selection } = store.getState();
      const chosen = new Set(selection.nodes);
      for (const { id, selected } of picks) {
        if (selected) chosen.add(id);
        else chosen.delete(id);
      }
      store.actions.select({ nodes: [...chosen], edges: selection.edges });
    },
    [store, drag],
  );
  const settle = useCallback(() => drag.end(), [drag]);
  return { nodes, onNodesChange, settle };
}
