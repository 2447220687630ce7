import type { FlowDocument, NodeType } from "@/api/types";
import type { CanvasUiStore, Hint, Place } from "./canvas-ui";
import { duplicate, forClipboard, insertFragment, type Pasted } from "./graph/clipboard";
import type * as ClipboardText from "./graph/clipboard-text";
import { connect, removeEdges } from "./graph/connect";
import { makeEditCommands } from "./edit-commands";
import { containerAt, fitted, inside, staysOutside } from "./graph/containers";
import { hiddenNodes, inFrame } from "./graph/frames";
import { nodeHandles } from "./graph/handles";
import { isDecoration, isFrame, isInnerStart, NOTE, type Point, type Size } from "./graph/model";
import { addAfter, addNode, addOnEdge, moveNodes, removable, removeNodes, withModel } from "./graph/nodes";
import { freeSpot } from "./graph/placing";
import { usersOf } from "./graph/references";
import { absoluteOf, childrenOf, downstream, nodeById } from "./graph/structure";
import type { ActLabel } from "./history";
import type { EditorStore } from "./store";
import type { Flow } from "./view-types";
import { type Direction, walk } from "./walk";

export interface CommandContext {
  editor: EditorStore;
  ui: CanvasUiStore;
  flow: Flow;
  /** The element that the canvas is drawn in. */
  root: () => HTMLElement | null;
  /** The name of a node type in the user's language. */
  nameOf: (type: NodeType) => string;
  /** A text of the canvas in the user's language. */
  words: (key: string) => string;
}

export type Commands = ReturnType<typeof makeCommands>;

/** Everything that keys, menus and buttons do to the graph, each as one undoable act. */
export function makeCommands(context: CommandContext) {
  const { editor, ui, flow, root, nameOf } = context;
  const { actions } = editor;
  const state = editor.getState;
  let lastCopied = "";
  let yaml: typeof ClipboardText | undefined;

  const middle = (): Point => {
    const box = root()?.getBoundingClientRect();
    return box ? { x: box.left + box.width / 2, y: box.top + box.height / 2 } : { x: 0, y: 0 };
  };
  const hint = (message: Hint): void => ui.setState({ hint: message });
  const sizeOnScreen = (id: string): Size | undefined => {
    const measured = flow.getInternalNode(id)?.measured;
    return measured?.width && measured.height ? { width: measured.width, height: measured.height } : undefined;
  };

  /** Where a node is shown: its row while the list covers the canvas, else its card, or that of the frame that hides it. */
  const elementOf = (id: string): HTMLElement | null | undefined => {
    const shown = hiddenNodes(state().document).get(id) ?? id;
    const row = root()?.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(id)}"]`);
    return row ?? root()?.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(shown)}"]`);
  };

  const focusNode = (id: string): void => {
    requestAnimationFrame(() => elementOf(id)?.focus({ preventScroll: true }));
  };

  const focusCanvas = (): void => root()?.querySelector<HTMLElement>("[role=application]")?.focus({ preventScroll: true });

  /** Bring a node into view when it is not. */
  const reveal = (id: string): void => {
    requestAnimationFrame(() => {
      const box = root()?.getBoundingClientRect();
      const node = flow.getInternalNode(hiddenNodes(state().document).get(id) ?? id);
      if (!box || !node) return;
      const { width = 256, height = 96 } = node.measured;
      const { zoom } = flow.getViewport();
      const at = flow.flowToScreenPosition(node.internals.positionAbsolute);
      const visible =
        at.x >= box.left + 16 && at.y >= box.top + 16 && at.x + width * zoom <= box.right - 16 && at.y + height * zoom <= box.bottom - 16;
      if (visible) return;
      const { x, y } = node.internals.positionAbsolute;
      void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(zoom, 0.5), duration: 200 });
    });
  };

  const show = (id: string): void => {
    actions.select({ nodes: [id] });
    reveal(id);
    focusNode(id);
  };

  const edits = makeEditCommands(context, { middle, hint, sizeOnScreen, show, reveal });

  const add = (plain: NodeType, place: Place): void => {
    if (plain.type === NOTE) return edits.addNote(place.kind === "free" ? flow.flowToScreenPosition(place.position) : undefined);
    const type = withModel(plain, state().defaultModel);
    if (place.kind === "replace") return void edits.changeType(place.nodeId, type);
    const title = nameOf(type);
    let id = "";
    const keep = (added: { document: ReturnType<typeof state>["document"]; id: string }) => {
      id = added.id;
      return added.document;
    };
    actions.change({ key: "add", params: { title } }, (document) => {
      const { nodeTypes } = state();
      if (place.kind === "edge") return keep(addOnEdge(document, place.edgeId, type, title, nodeTypes));
      if (place.kind === "after" && !place.position) return keep(addAfter(document, place.nodeId, place.handle, type, title, nodeTypes));
      const source = place.kind === "free" ? undefined : nodeById(document, place.nodeId);
      const wanted = place.kind === "free" ? place.containerId : source?.parentId;
      const container = wanted && !staysOutside(type.type) ? nodeById(document, wanted) : undefined;
      const origin = container ? absoluteOf(document, container) : { x: 0, y: 0 };
      const at = { x: place.position!.x - origin.x, y: place.position!.y - origin.y };
      const free = freeSpot(document, container ? inside(at) : at, container?.id);
      const added = addNode(document, { type, title, position: place.kind === "free" ? free : at, parentId: container?.id });
      if (place.kind === "free") return keep(added);
      const node = nodeById(added.document, added.id)!;
      const handle = nodeHandles(type, node.data)[0]?.id ?? "";
      const link =
        place.kind === "after"
          ? { source: place.nodeId, sourceHandle: place.handle, target: added.id }
          : { source: added.id, sourceHandle: handle, target: place.nodeId };
      const linked = connect(added.document, link, nodeTypes);
      return keep({ document: linked.refusal ? added.document : linked.document, id: added.id });
    });
    if (!id) return;
    actions.openNode(id);
    reveal(id);
    focusNode(id);
  };

  /** After the selected node when one is selected, else in the middle of the screen. */
  const placeForNew = (): Place => {
    const { selection, document, nodeTypes } = state();
    const node = selection.nodes.length === 1 ? nodeById(document, selection.nodes[0]!) : undefined;
    const handle = node && !isDecoration(node) && nodeHandles(nodeTypes[node.data.type], node.data)[0];
    if (node && handle) return { kind: "after", nodeId: node.id, handle: handle.id };
    if (node?.parentId) {
      const { x, y } = absoluteOf(document, node);
      return { kind: "free", position: { x, y: y + 160 }, containerId: node.parentId };
    }
    return { kind: "free", position: flow.screenToFlowPosition(middle()) };
  };

  const remove = (): void => {
    const { selection, document } = state();
    const gone = removable(document, selection.nodes);
    if (selection.nodes.length && !gone.size && !selection.edges.length) {
      return hint({ at: middle(), key: "hint.startStays" });
    }
    if (!gone.size && !selection.edges.length) return;
    const title = gone.size === 1 ? (nodeById(document, [...gone][0]!)?.data.title ?? "") : "";
    const label: ActLabel =
      gone.size === 1
        ? { key: "remove", params: { title } }
        : gone.size
          ? { key: "removeMany", params: { count: gone.size } }
          : { key: "disconnect" };
    const users = usersOf(document, gone);
    actions.change(label, (now) => removeNodes(removeEdges(now, selection.edges), gone));
    if (users.length) hint({ at: middle(), key: "hint.wasUsed", params: { titles: users.slice(0, 3).join(", "), count: users.length } });
    focusCanvas();
  };

  const put = (pasted: Pasted, key: "paste" | "duplicate", at: Point): void => {
    if (!pasted.ids.length) {
      const [first] = pasted.skipped;
      return first ? hint({ at, key: `paste.${first.reason}`, params: { title: first.title } }) : undefined;
    }
    actions.change({ key, params: { count: pasted.ids.length } }, () => pasted.document);
    actions.select({ nodes: pasted.ids });
    if (pasted.skipped.length) hint({ at, key: "paste.someSkipped", params: { count: pasted.skipped.length } });
    else if (pasted.dangling) hint({ at, key: "paste.dangling", params: { count: pasted.dangling } });
    reveal(pasted.ids[0]!);
    focusNode(pasted.ids[0]!);
  };

  const containerOfSelection = (): string | undefined => {
    const { document, selection } = state();
    return nodeById(document, selection.nodes[0] ?? "")?.parentId;
  };

  /** YAML is not part of the first load. */
  const prepareClipboard = async () => (yaml ??= await import("./graph/clipboard-text"));

  const paste = async (text: string, pointed?: Point): Promise<void> => {
    const [{ readFragment }, { recognise }] = await Promise.all([prepareClipboard(), import("./graph/foreign-text")]);
    const at = pointed ?? middle();
    const { document, nodeTypes, mode } = state();
    const place = flow.screenToFlowPosition(at);
    const into = pointed ? containerAt(document, place)?.id : containerOfSelection();
    const found = recognise(text || lastCopied, nodeTypes["http-request"], nameOf);
    const fragment = found.kind === "steps" ? found.fragment : found.kind === "flow" ? readFragment(text || lastCopied) : "not_yaml";
    // Words that are no flow become a note.
    if (found.kind === "refused") return hint({ at, key: `paste.${found.reason}` });
    if (fragment === "not_yaml") return edits.addNote(at, text, false);
    if (typeof fragment === "string") return hint({ at, key: `paste.${fragment}` });
    put(insertFragment(document, fragment, place, nodeTypes, mode, into), "paste", at);
  };

  /** The browser wants the text at once; until YAML is there it is JSON, which YAML can read too. */
  const copyText = (): string => {
    const { document, selection } = state();
    if (!selection.nodes.length) return "";
    lastCopied = yaml ? yaml.copyToYaml(document, selection.nodes) : JSON.stringify(forClipboard(document, selection.nodes), null, 2);
    return lastCopied;
  };

  const nudge = (dx: number, dy: number): void => {
    const { document, selection } = state();
    const chosen = new Set(selection.nodes);
    // What is in a frame goes with it.
    for (const id of selection.nodes) {
      const node = nodeById(document, id);
      if (node && isFrame(node)) for (const member of inFrame(document, node, sizeOnScreen)) chosen.add(member);
    }
    const parents = new Set<string>();
    const positions = Object.fromEntries(
      [...chosen].flatMap((id) => {
        const node = nodeById(document, id);
        // What is in a selected container goes with it.
        if (!node || node.draggable === false || chosen.has(node.parentId ?? "")) return [];
        const to = { x: node.position.x + dx, y: node.position.y + dy };
        if (node.parentId) parents.add(node.parentId);
        return [[id, node.parentId ? { x: Math.max(8, to.x), y: Math.max(48, to.y) } : to]];
      }),
    );
    const move = (now: FlowDocument): FlowDocument => [...parents].reduce((moved, id) => fitted(moved, id), moveNodes(now, positions));
    actions.change({ key: "move", params: { count: selection.nodes.length } }, move, { mergeKey: "nudge" });
  };

  const connectTo = (id: string): void => {
    const box = elementOf(id)?.getBoundingClientRect();
    ui.setState({ connecting: { nodeId: id, at: box ? { x: box.right + 12, y: box.top } : middle() } });
  };

  return {
    ...edits,
    connectTo,
    /** The list of steps with its search field. */
    search: (): void => {
      actions.setLeftDock("outline");
      ui.setState((now) => ({ searches: now.searches + 1 }));
    },
    add,
    /** The settings of a step, the text of a note. `enter`: the focus goes there too. */
    open: (id: string, enter = false): void => {
      const node = nodeById(state().document, id);
      if (!node || isInnerStart(node.data.type)) return;
      if (!isDecoration(node)) return enter ? actions.focusField(id, null) : actions.openNode(id);
      if (!state().readOnly) ui.setState({ renaming: id });
    },
    /** The settings of a step, at what it gave in the last run. */
    openOutput: (): void => {
      const { document, selection, openNodeId } = state();
      const node = nodeById(document, selection.nodes.at(-1) ?? openNodeId ?? "");
      if (!node || isDecoration(node) || isInnerStart(node.data.type)) return hint({ at: middle(), key: "hint.selectOneToOpen" });
      actions.openOutput(node.id);
    },
    /** The app as a file that other installations can import. */
    exportFile: async (): Promise<void> => {
      const { exportFile } = await import("./late/export-file");
      await exportFile(editor, (key) => hint({ at: middle(), key }));
    },
    /** A picture of what is selected, or of everything. */
    exportPicture: async (format: "png" | "svg", selected: boolean): Promise<void> => {
      const { savePicture } = await import("./picture/save-picture");
      await savePicture({ editor, ui, flow, root: root(), format, ids: selected ? state().selection.nodes : [] });
    },
    toggleList: (): void => {
      ui.setState((now) => ({ list: !now.list }));
      const [selected] = state().selection.nodes;
      if (!selected) return;
      focusNode(selected);
      if (!ui.getState().list) reveal(selected);
    },
    hintAt: (at: Point, key: string): void => hint({ at, key }),
    elementOf,
    placeForNew,
    remove,
    reveal,
    show,
    paste,
    prepareClipboard,
    nudge,
    focusCanvas,
    copyText,
    openPalette: (at?: Point, place?: Place): void => {
      const spot = place ?? placeForNew();
      const anchor = spot.kind === "after" ? elementOf(spot.nodeId)?.getBoundingClientRect() : undefined;
      ui.setState({ palette: { at: at ?? (anchor ? { x: anchor.right + 12, y: anchor.top } : middle()), place: spot } });
    },
    /** The palette for a place on the empty canvas or the floor of a container. */
    addAt: (at: Point): void => {
      const position = flow.screenToFlowPosition(at);
      ui.setState({ palette: { at, place: { kind: "free", position, containerId: edits.containerUnder(at) } } });
    },
    duplicate: (): void => {
      const { document, selection, nodeTypes, mode } = state();
      if (selection.nodes.length) put(duplicate(document, selection.nodes, nodeTypes, mode), "duplicate", middle());
    },
    /** For menus: by the clipboard where the browser allows it, else within this tab. */
    copy: async (): Promise<void> => {
      const text = copyText();
      if (text) await navigator.clipboard?.writeText(text).catch(() => undefined);
    },
    pasteFromClipboard: async (at?: Point): Promise<void> => {
      const text = await navigator.clipboard?.readText?.().catch(() => "");
      await paste(text ?? "", at);
    },
    connectSelected: (): void => {
      const { document, selection, nodeTypes } = state();
      const [source, target] = selection.nodes;
      if (selection.nodes.length === 1 && source) return connectTo(source);
      if (selection.nodes.length !== 2 || !source || !target) return hint({ at: middle(), key: "hint.selectTwo" });
      const from = nodeById(document, source);
      const handle = from && nodeHandles(nodeTypes[from.data.type], from.data)[0];
      const linked = connect(document, { source, sourceHandle: handle?.id, target }, nodeTypes);
      if (linked.refusal) return hint({ at: middle(), refusal: linked.refusal });
      actions.change({ key: "connect" }, () => linked.document);
    },
    /** All in the container of what is selected; when they are, all there is. */
    selectAll: (): void => {
      const { document, selection } = state();
      const container = containerOfSelection();
      const inner = container ? childrenOf(document, container).map((node) => node.id) : [];
      const more = inner.some((id) => !selection.nodes.includes(id));
      actions.select({ nodes: more ? inner : document.graph.nodes.map((node) => node.id) });
    },
    selectDownstream: (): void => {
      const { document, selection } = state();
      const all = new Set(selection.nodes);
      for (const id of selection.nodes) for (const next of downstream(document, id)) all.add(next);
      actions.select({ nodes: [...all] });
    },
    tidy: async (): Promise<void> => {
      const { tidy } = await import("./graph/tidy");
      const { selection } = state();
      actions.change({ key: "tidy" }, (document) => tidy(document, sizeOnScreen, selection.nodes.length > 1 ? selection.nodes : undefined));
      requestAnimationFrame(() => void flow.fitView({ padding: 0.15, maxZoom: 1, duration: 200 }));
    },
    fit: (ids?: readonly string[]): void =>
      void flow.fitView({ padding: 0.15, maxZoom: 1, duration: 200, ...(ids?.length ? { nodes: ids.map((id) => ({ id })) } : {}) }),
    walk: (direction: Direction, extend: boolean): void => {
      const { document, selection } = state();
      const found = walk(document, selection.nodes.at(-1) ?? null, direction);
      if (!found) return;
      const next = hiddenNodes(document).get(found) ?? found;
      actions.select({ nodes: extend ? [...selection.nodes.filter((id) => id !== next), next] : [next] });
      reveal(next);
      focusNode(next);
    },
    /** Escape: out of whatever is innermost. False when there was nothing to leave. */
    stepOut: (): boolean => {
      const { openNodeId, selection, leftDock } = state();
      const { palette, menu, connecting } = ui.getState();
      if (palette || menu || connecting) ui.setState({ palette: null, menu: null, connecting: null });
      else if (openNodeId) {
        actions.openNode(null);
        focusNode(openNodeId);
      } else if (leftDock) actions.setLeftDock(null);
      else if (selection.nodes.length || selection.edges.length) actions.select({});
      else return false;
      return true;
    },
  };
}
