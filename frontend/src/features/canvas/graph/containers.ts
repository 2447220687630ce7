import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { edgeId, makeEdge } from "./connect";
import { clamp, isContainer, isFixed, isInnerStart, type Point, type Size, sizeOf, snap, START_SIZE, withGraph, omit } from "./model";
import { absoluteOf, childrenOf, descendantsOf, edgesInto, nodeById } from "./structure";

/** Room that a container keeps around what is in it: its title above, what a run shows below. */
export const INSET = { left: 24, top: 64, right: 24, bottom: 64 };
/** Drawn above its container, as in app files. */
export const INSIDE_Z = 1002;

type Data = FlowNode["data"];

/** The flags by which an app file tells where a node is. */
export function placeFlags(parent: FlowNode | undefined): Partial<Data> {
  if (parent?.data.type === "iteration") return { isInIteration: true, iteration_id: parent.id, isInLoop: false };
  if (parent?.data.type === "loop") return { isInLoop: true, loop_id: parent.id, isInIteration: false };
  return {};
}

/** The node as a child of `parent`, or of none, at a place relative to it. */
export function placed(node: FlowNode, parent: FlowNode | undefined, position: Point): FlowNode {
  const data = omit(node.data, "isInIteration", "iteration_id", "isInLoop", "loop_id");
  const bare = omit(node, "parentId", "extent", "positionAbsolute", "zIndex") as FlowNode;
  return {
    ...bare,
    position,
    data: { ...data, ...placeFlags(parent) } as Data,
    ...(parent ? { parentId: parent.id, extent: "parent", zIndex: INSIDE_Z } : {}),
  };
}

/** The node that marks where the rounds of a container begin. */
export function innerStart(container: FlowNode): FlowNode {
  const type = `${container.data.type}-start`;
  return {
    id: `${container.id}start`,
    type: `custom-${type}`,
    position: { x: INSET.left, y: INSET.top },
    ...START_SIZE,
    parentId: container.id,
    extent: "parent",
    zIndex: INSIDE_Z,
    draggable: false,
    selectable: false,
    data: { type, title: "", desc: "", ...placeFlags(container) },
  };
}

/** Give a container that an old file left without a start node one, which leads to the node that was the first. */
export function withStart(document: FlowDocument, containerId: string): FlowDocument {
  const container = nodeById(document, containerId);
  if (!container || !isContainer(container.data.type)) return document;
  const children = childrenOf(document, containerId);
  if (children.some((node) => isInnerStart(node.data.type))) return document;
  const named = children.find((node) => node.id === container.data.start_node_id);
  const loose = children.filter((node) => !edgesInto(document, node.id).length);
  const first = named ?? (loose.length === 1 ? loose[0] : undefined);
  const start = innerStart(container);
  if (nodeById(document, start.id)) start.id = `${start.id}_${document.graph.nodes.length}`;
  const left = Math.min(...children.map((node) => node.position.x), Number.POSITIVE_INFINITY);
  const push = Math.max(0, snap(INSET.left + START_SIZE.width + 48 - left));
  const nodes = document.graph.nodes.map((node): FlowNode => {
    if (node.id === containerId) return { ...node, data: { ...node.data, start_node_id: start.id } };
    if (node.parentId === containerId && push) return { ...node, position: { x: node.position.x + push, y: node.position.y } };
    return node;
  });
  const edges = first
    ? [...document.graph.edges, makeEdge(start, first, { source: start.id, target: first.id }, container)]
    : document.graph.edges;
  return fitted(withGraph(document, [...nodes, start], edges), containerId);
}

/** The smallest size that holds what is in the container. */
export function contentSize(document: FlowDocument, containerId: string, measured?: (id: string) => Size | undefined): Size {
  const children = childrenOf(document, containerId);
  const far = (place: "x" | "y", extent: "width" | "height"): number =>
    Math.max(0, ...children.map((node) => node.position[place] + (measured?.(node.id) ?? sizeOf(node))[extent]));
  return {
    width: Math.max(240, snap(far("x", "width") + INSET.right)),
    height: Math.max(INSET.top + START_SIZE.height + INSET.bottom, snap(far("y", "height") + INSET.bottom)),
  };
}

function sized(node: FlowNode, { width, height }: Size): FlowNode {
  const own = { width, height };
  // App files keep the size of a container twice.
  return { ...node, ...own, ...("width" in node.data ? { data: { ...node.data, ...own } } : {}) };
}

/** Set a container's or note's size; a container never gets smaller than what is in it. */
export function resize(document: FlowDocument, id: string, wanted: Size): FlowDocument {
  const node = nodeById(document, id);
  if (!node) return document;
  const least = isContainer(node.data.type) ? contentSize(document, id) : { width: 120, height: 56 };
  const size = { width: Math.max(least.width, Math.round(wanted.width)), height: Math.max(least.height, Math.round(wanted.height)) };
  const before = sizeOf(node);
  if (before.width === size.width && before.height === size.height) return document;
  const nodes = document.graph.nodes.map((one) => (one.id === id ? sized(one, size) : one));
  const changed = withGraph(document, nodes, document.graph.edges);
  return node.parentId ? fitted(changed, node.parentId) : changed;
}

/**
 * Make a container as large as what is in it needs, and those around it. With `push`, what stands
 * right of it or below it and belongs to the same region makes room.
 */
export function fitted(document: FlowDocument, containerId: string | undefined, push = false): FlowDocument {
  const container = containerId ? nodeById(document, containerId) : undefined;
  if (!container || !isContainer(container.data.type)) return document;
  const needed = contentSize(document, container.id);
  const before = sizeOf(container);
  const wider = Math.max(0, needed.width - before.width);
  const higher = Math.max(0, needed.height - before.height);
  if (!wider && !higher) return document;
  const { x, y } = container.position;
  const right = x + before.width;
  const below = y + before.height;
  const nodes = document.graph.nodes.map((node) => {
    if (node.id === container.id) return sized(node, { width: before.width + wider, height: before.height + higher });
    if (!push || node.parentId !== container.parentId || isFixed(node.data.type)) return node;
    const beside = node.position.x >= right && node.position.y < below + higher && node.position.y + sizeOf(node).height > y;
    const under = node.position.y >= below && node.position.x < right + wider && node.position.x + sizeOf(node).width > x;
    if (beside && wider) return { ...node, position: { x: node.position.x + wider, y: node.position.y } };
    return under && higher ? { ...node, position: { x: node.position.x, y: node.position.y + higher } } : node;
  });
  return fitted(withGraph(document, nodes, document.graph.edges), container.parentId, push);
}

/** The innermost container whose drawing holds a point of the canvas; never one of `barring` or inside of it. */
export function containerAt(document: FlowDocument, at: Point, barring: Iterable<string> = []): FlowNode | undefined {
  const barred = descendantsOf(document, barring);
  let found: { node: FlowNode; depth: number } | undefined;
  for (const node of document.graph.nodes) {
    if (!isContainer(node.data.type) || barred.has(node.id)) continue;
    const { x, y, depth } = absoluteOf(document, node);
    const { width, height } = sizeOf(node);
    const holds = at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
    if (holds && (!found || depth > found.depth)) found = { node, depth };
  }
  return found?.node;
}

/** A place inside of a container, clear of its title and its left edge. */
export const inside = (at: Point): Point => ({
  x: clamp(snap(at.x), INSET.left, Number.POSITIVE_INFINITY),
  y: clamp(snap(at.y), INSET.top, Number.POSITIVE_INFINITY),
});

/** Types that make no sense inside of a container. */
export const staysOutside = (type: string): boolean => isFixed(type) || type === "end";

export interface Moved {
  document: FlowDocument;
  /** How many connections across the border were taken away. */
  cut: number;
}

/**
 * Move nodes into a container, or with null out of all. They keep their place on the canvas; connections that would cross the border go, and the line that they were in closes behind them.
 */
export function moveBetween(document: FlowDocument, ids: Iterable<string>, containerId: string | null, by: Point = { x: 0, y: 0 }): Moved {
  const nodes = new Map(document.graph.nodes.map((node) => [node.id, node]));
  const moving = new Set<string>();
  for (const id of ids) {
    const node = nodes.get(id);
    const goes = node && (containerId ? !staysOutside(node.data.type) && node.parentId !== containerId : node.parentId !== undefined);
    if (goes && !isInnerStart(node.data.type) && !(containerId && descendantsOf(document, [id]).has(containerId))) moving.add(id);
  }
  for (const id of moving) if (moving.has(nodes.get(id)!.parentId ?? "")) moving.delete(id);
  if (!moving.size) return { document, cut: 0 };

  const begun = containerId ? withStart(document, containerId) : document;
  const target = containerId ? nodeById(begun, containerId) : undefined;
  const origin = target ? absoluteOf(begun, target) : { x: 0, y: 0 };
  const next = begun.graph.nodes.map((node) => {
    if (!moving.has(node.id)) return node;
    const from = absoluteOf(begun, node);
    const position = { x: from.x - origin.x + by.x, y: from.y - origin.y + by.y };
    return placed(node, target, target ? inside(position) : position);
  });
  const after = new Map(next.map((node) => [node.id, node]));
  const { edges, cut } = rejoined(begun, moving, after);
  return { document: fitted(withGraph(begun, next, edges), target?.id, true), cut };
}

function rejoined(
  document: FlowDocument,
  moving: ReadonlySet<string>,
  after: ReadonlyMap<string, FlowNode>,
): { edges: FlowEdge[]; cut: number } {
  const crosses = (edge: FlowEdge): boolean => after.get(edge.source)?.parentId !== after.get(edge.target)?.parentId;
  const cut = document.graph.edges.filter((edge) => crosses(edge) && (moving.has(edge.source) || moving.has(edge.target)));
  const kept = document.graph.edges
    .filter((edge) => !cut.includes(edge))
    .map((edge) => {
      if (!moving.has(edge.source)) return edge;
      const source = after.get(edge.source)!;
      return { ...makeEdge(source, after.get(edge.target)!, edge, after.get(source.parentId ?? "")), id: edge.id };
    });
  const known = new Set(kept.map(edgeId));
  for (const edge of cut) {
    if (moving.has(edge.source)) continue;
    for (const target of heirsOutside(document, edge.target, moving)) {
      const link = { source: edge.source, sourceHandle: edge.sourceHandle, target };
      const [from, to] = [after.get(edge.source), after.get(target)];
      if (!from || !to || from.parentId !== to.parentId || known.has(edgeId(link))) continue;
      known.add(edgeId(link));
      kept.push(makeEdge(from, to, link, after.get(from.parentId ?? "")));
    }
  }
  return { edges: kept, cut: cut.length };
}

/** What follows a moved node and stays. */
function heirsOutside(document: FlowDocument, id: string, moving: ReadonlySet<string>, seen = new Set<string>()): string[] {
  if (seen.has(id)) return [];
  seen.add(id);
  return document.graph.edges
    .filter((edge) => edge.source === id)
    .flatMap((edge) => (moving.has(edge.target) ? heirsOutside(document, edge.target, moving, seen) : [edge.target]));
}
