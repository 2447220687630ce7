import { isDraft } from "immer";
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import type { Point } from "./model";

/** Who leads to whom. Made anew only when edges, node ids or parents change, not when a node is moved or edited. */
export interface Structure {
  parents: ReadonlyMap<string, string>;
  outgoing: ReadonlyMap<string, readonly FlowEdge[]>;
  incoming: ReadonlyMap<string, readonly FlowEdge[]>;
  /** Memo of `upstream` by node id. */
  ancestors: Map<string, ReadonlySet<string>>;
}

const NO_EDGES: readonly FlowEdge[] = [];
const byArray = new WeakMap<readonly FlowNode[], ReadonlyMap<string, FlowNode>>();
const byEdges = new WeakMap<readonly FlowEdge[], { nodes: readonly FlowNode[]; structure: Structure }>();

function index(nodes: readonly FlowNode[]): ReadonlyMap<string, FlowNode> {
  return new Map(nodes.map((node) => [node.id, node]));
}

/** Nodes by id, remembered for as long as the list of nodes is the same. */
export function nodesById(document: FlowDocument): ReadonlyMap<string, FlowNode> {
  const { nodes } = document.graph;
  if (isDraft(nodes)) return index(nodes);
  let found = byArray.get(nodes);
  if (!found) {
    found = index(nodes);
    byArray.set(nodes, found);
  }
  return found;
}

export function nodeById(document: FlowDocument, id: string): FlowNode | undefined {
  return nodesById(document).get(id);
}

function group(edges: readonly FlowEdge[], end: "source" | "target"): Map<string, FlowEdge[]> {
  const groups = new Map<string, FlowEdge[]>();
  for (const edge of edges) {
    const list = groups.get(edge[end]);
    if (list) list.push(edge);
    else groups.set(edge[end], [edge]);
  }
  return groups;
}

function build(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Structure {
  const parents = new Map<string, string>();
  for (const node of nodes) if (node.parentId) parents.set(node.id, node.parentId);
  return { parents, outgoing: group(edges, "source"), incoming: group(edges, "target"), ancestors: new Map() };
}

const sameShape = (before: readonly FlowNode[], after: readonly FlowNode[]): boolean =>
  before.length === after.length && before.every((node, at) => node.id === after[at]!.id && node.parentId === after[at]!.parentId);

export function structureOf(document: FlowDocument): Structure {
  const { nodes, edges } = document.graph;
  if (isDraft(nodes) || isDraft(edges)) return build(nodes, edges);
  const known = byEdges.get(edges);
  if (known && (known.nodes === nodes || sameShape(known.nodes, nodes))) {
    known.nodes = nodes;
    return known.structure;
  }
  const structure = build(nodes, edges);
  byEdges.set(edges, { nodes, structure });
  return structure;
}

/** The container that a node is in. Some files name it only in the node's settings. */
export function parentOf(document: FlowDocument, node: FlowNode): FlowNode | undefined {
  const nodes = nodesById(document);
  for (const id of [node.parentId, node.data.iteration_id, node.data.loop_id]) {
    const found = typeof id === "string" && id !== node.id ? nodes.get(id) : undefined;
    if (found) return found;
  }
  return undefined;
}

export const childrenOf = (document: FlowDocument, id: string): FlowNode[] => document.graph.nodes.filter((node) => node.parentId === id);

/** These nodes and all that are in them, however deep. */
export function descendantsOf(document: FlowDocument, ids: Iterable<string>): Set<string> {
  const found = new Set(ids);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const node of document.graph.nodes) if (node.parentId && found.has(node.parentId)) found.add(node.id);
  }
  return found;
}

/** The containers around a node that it is drawn in, the innermost first. */
export function around(document: FlowDocument, node: FlowNode): FlowNode[] {
  const nodes = nodesById(document);
  const found: FlowNode[] = [];
  for (let up = nodes.get(node.parentId ?? ""); up && up !== node && !found.includes(up); up = nodes.get(up.parentId ?? "")) found.push(up);
  return found;
}

/** Where a node is on the canvas, and in how many containers. */
export function absoluteOf(document: FlowDocument, node: FlowNode): Point & { depth: number } {
  const place = { ...node.position, depth: 0 };
  for (const parent of around(document, node)) {
    place.x += parent.position.x;
    place.y += parent.position.y;
    place.depth += 1;
  }
  return place;
}

export const edgesFrom = (document: FlowDocument, id: string): readonly FlowEdge[] => structureOf(document).outgoing.get(id) ?? NO_EDGES;
export const edgesInto = (document: FlowDocument, id: string): readonly FlowEdge[] => structureOf(document).incoming.get(id) ?? NO_EDGES;

/**
 * Ids of every node that has run before this one can start: its ancestors, and for a node
 * inside a container also the container and the container's ancestors.
 */
export function upstream(document: FlowDocument, nodeId: string): ReadonlySet<string> {
  const structure = structureOf(document);
  const known = structure.ancestors.get(nodeId);
  if (known) return known;
  const seen = new Set<string>();
  const queue = [nodeId];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const before = (structure.incoming.get(id) ?? NO_EDGES).map((edge) => edge.source);
    const parent = structure.parents.get(id);
    if (parent) before.push(parent);
    for (const source of before) {
      if (seen.has(source)) continue;
      seen.add(source);
      queue.push(source);
    }
  }
  structure.ancestors.set(nodeId, seen);
  return seen;
}

/** Ids of every node that follows this one. */
export function downstream(document: FlowDocument, nodeId: string): ReadonlySet<string> {
  const { outgoing } = structureOf(document);
  const seen = new Set<string>();
  const queue = [nodeId];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const { target } of outgoing.get(id) ?? NO_EDGES) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}

/** Node ids in the order a reader would meet them: roots first, then by distance, top to bottom. */
export function readingOrder(document: FlowDocument): string[] {
  const { incoming, outgoing } = structureOf(document);
  const waiting = new Map(document.graph.nodes.map((node) => [node.id, incoming.get(node.id)?.length ?? 0]));
  const byPlace = document.graph.nodes.toSorted((a, b) => a.position.x - b.position.x || a.position.y - b.position.y);
  const queue = byPlace.filter((node) => !waiting.get(node.id)).map((node) => node.id);
  const order: string[] = [];
  const placed = new Set<string>();
  while (queue.length) {
    const id = queue.shift()!;
    if (placed.has(id)) continue;
    placed.add(id);
    order.push(id);
    for (const { target } of outgoing.get(id) ?? NO_EDGES) {
      const left = (waiting.get(target) ?? 1) - 1;
      waiting.set(target, left);
      if (left <= 0) queue.push(target);
    }
  }
  for (const node of byPlace) if (!placed.has(node.id)) order.push(node.id);
  return nested(document, order);
}

/** The same order with what is in a container right behind it. */
function nested(document: FlowDocument, order: readonly string[]): string[] {
  const nodes = nodesById(document);
  if (!document.graph.nodes.some((node) => node.parentId)) return [...order];
  const inner = new Map<string, string[]>();
  const outer: string[] = [];
  for (const id of order) {
    const parentId = nodes.get(id)?.parentId;
    if (!parentId || !nodes.has(parentId)) outer.push(id);
    else inner.set(parentId, [...(inner.get(parentId) ?? []), id]);
  }
  const result = new Set<string>();
  const list = (id: string): void => {
    if (result.has(id)) return;
    result.add(id);
    inner.get(id)?.forEach(list);
  };
  outer.forEach(list);
  order.forEach(list);
  return [...result];
}
