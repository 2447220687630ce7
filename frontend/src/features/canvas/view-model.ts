import type { Edge } from "@xyflow/react";
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { handleId } from "./graph/connect";
import { COLLAPSED_SIZE, FRAME_IN, FRAME_OUT, hiddenNodes, isCollapsed } from "./graph/frames";
import { isContainer, isDecoration, isFrame, isInnerStart, type Size, sizeOf, TARGET } from "./graph/model";
import { readingOrder, structureOf, type Structure } from "./graph/structure";
import type { Selection } from "./store";
import type { ViewNode } from "./view-types";

const orders = new WeakMap<Structure, string[]>();

/** Tab order of the cards. Kept while the structure is the same, so that a moved card keeps its place in it. */
function tabOrder(document: FlowDocument): string[] {
  const structure = structureOf(document);
  let order = orders.get(structure);
  if (!order || order.length !== document.graph.nodes.length) {
    order = readingOrder(document);
    orders.set(structure, order);
  }
  return order;
}

function kindOf(node: FlowNode): NonNullable<ViewNode["type"]> {
  if (isFrame(node)) return "frame";
  if (isDecoration(node)) return "note";
  if (isInnerStart(node.data.type)) return "entry";
  return isContainer(node.data.type) ? "container" : "step";
}

/** Frames lie behind everything, containers behind the steps. */
const LAYER: Partial<Record<NonNullable<ViewNode["type"]>, number>> = { frame: -20, container: -1 };

function sizeFor(node: FlowNode, type: ViewNode["type"], old: ViewNode | undefined): Partial<Size> {
  if (type === "step") return {};
  if (isCollapsed(node)) return COLLAPSED_SIZE;
  return old?.resizing ? { width: old.width, height: old.height } : sizeOf(node);
}

interface Drawn {
  selected: boolean;
  /** Kept by a collapsed frame. */
  hidden: boolean;
}

function viewNode(node: FlowNode, { selected, hidden }: Drawn, old: ViewNode | undefined, known: ReadonlySet<string>): ViewNode {
  const position = old?.dragging ? old.position : node.position;
  const type = kindOf(node);
  const size = sizeFor(node, type, old);
  const parentId = node.parentId && known.has(node.parentId) ? node.parentId : undefined;
  const same =
    old &&
    old.data === node.data &&
    old.selected === selected &&
    old.parentId === parentId &&
    old.type === type &&
    (old.hidden ?? false) === hidden;
  const sameSize = type === "step" || (old?.width === size.width && old?.height === size.height);
  if (same && sameSize && old.position.x === position.x && old.position.y === position.y) return old;
  const zIndex = type === "frame" && isCollapsed(node) ? undefined : LAYER[type];
  const { zIndex: _, ...before } = old ?? {};
  return {
    ...before,
    id: node.id,
    type,
    position,
    data: node.data,
    selected,
    parentId,
    hidden,
    ...(type === "entry" ? { draggable: false } : {}),
    ...(zIndex === undefined ? {} : { zIndex }),
    ...size,
  } as ViewNode;
}

/** What the canvas library draws, with every unchanged object the same as before. Parents come before their children. */
export function viewNodes(old: readonly ViewNode[], document: FlowDocument, selection: Selection): ViewNode[] {
  const before = new Map(old.map((node) => [node.id, node]));
  const chosen = new Set(selection.nodes);
  const nodes = new Map(document.graph.nodes.map((node) => [node.id, node]));
  const known = new Set<string>();
  const hidden = hiddenNodes(document);
  const next: ViewNode[] = [];
  for (const id of tabOrder(document)) {
    const node = nodes.get(id);
    if (!node) continue;
    // Only parents that are drawn already count: a circle of containers must not stop the canvas.
    next.push(viewNode(node, { selected: chosen.has(id), hidden: hidden.has(id) }, before.get(id), known));
    known.add(id);
  }
  return next.length === old.length && next.every((node, at) => node === old[at]) ? (old as ViewNode[]) : next;
}

/** The ends of an edge in the document where a collapsed frame stands for one of them. */
export interface RealEnds extends Record<string, unknown> {
  source: string;
  handle: string;
  target: string;
}
type ViewEdge = Edge<RealEnds>;

const edges = new WeakMap<FlowEdge, ViewEdge>();
let latest: ViewEdge[] = [];

function viewEdge(edge: FlowEdge, from: string | undefined, to: string | undefined): ViewEdge {
  const handle = handleId(edge.sourceHandle);
  const plain: ViewEdge = {
    id: edge.id,
    type: "line",
    source: edge.source,
    target: edge.target,
    sourceHandle: handle,
    targetHandle: TARGET,
  };
  if (!from && !to) return plain;
  return {
    ...plain,
    ...(from ? { source: from, sourceHandle: FRAME_OUT } : {}),
    ...(to ? { target: to, targetHandle: FRAME_IN } : {}),
    data: { source: edge.source, handle, target: edge.target },
    reconnectable: false,
    hidden: from !== undefined && from === to,
  };
}

/**
 * Edges of a selected node can be reached with the Tab key. Those of what a collapsed frame keeps are drawn at the frame.
 * The same list while no edge differs, so that typing in a step does not have the canvas library index them anew.
 */
export function viewEdges(document: FlowDocument, selection: Selection): ViewEdge[] {
  const chosenEdges = new Set(selection.edges);
  const chosenNodes = new Set(selection.nodes);
  const hidden = hiddenNodes(document);
  const next = document.graph.edges.map((edge) => {
    const from = hidden.get(edge.source);
    const to = hidden.get(edge.target);
    const selected = chosenEdges.has(edge.id);
    const focusable = selected || chosenNodes.has(from ?? edge.source) || chosenNodes.has(to ?? edge.target);
    const known = edges.get(edge);
    const sameEnds = known?.source === (from ?? edge.source) && known.target === (to ?? edge.target);
    if (known && sameEnds && known.selected === selected && known.focusable === focusable) return known;
    const view: ViewEdge = { ...viewEdge(edge, from, to), selected, focusable };
    edges.set(edge, view);
    return view;
  });
  if (next.length !== latest.length || next.some((edge, at) => edge !== latest[at])) latest = next;
  return latest;
}
