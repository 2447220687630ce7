import { graphlib, layout } from "@dagrejs/dagre";
import type { FlowDocument, FlowNode } from "@/api/types";
import { contentSize, INSET } from "./containers";
import { nodeHandles } from "./handles";
import { GAP_X, GAP_Y, isDecoration, isInnerStart, type Point, type Size, sizeOf, snap } from "./model";
import { moveNodes } from "./nodes";
import { around, descendantsOf, edgesFrom, nodeById } from "./structure";

/** Above this many nodes the exact ranking takes longer than a person waits. */
const MANY = 200;

/** Order of a branch among its node's handles, so that the first case ends up on top. */
function branchRank(document: FlowDocument, source: string, handle: string | undefined): number {
  const node = document.graph.nodes.find((one) => one.id === source);
  if (!node || !Array.isArray(node.data.cases)) return 0;
  const type = { handles: "cases" } as Parameters<typeof nodeHandles>[0];
  return nodeHandles(type, node.data).findIndex(({ id }) => id === handle);
}

/** The targets of one node's branches, each above the next. A node that several branches lead to has no place of its own. */
function branchOrder(edges: readonly { source: string; target: string; rank: number }[]): { left: string; right: string }[] {
  const last = new Map<string, string>();
  const arrivals = new Map<string, number>();
  for (const { target } of edges) arrivals.set(target, (arrivals.get(target) ?? 0) + 1);
  const order: { left: string; right: string }[] = [];
  for (const { source, target } of edges) {
    if (arrivals.get(target) !== 1) continue;
    const left = last.get(source);
    if (left) order.push({ left, right: target });
    last.set(source, target);
  }
  return order;
}

function arrange(document: FlowDocument, nodes: FlowNode[], size: (node: FlowNode) => Size): Map<string, Point> {
  const graph = new graphlib.Graph();
  const ranker = nodes.length > MANY ? "tight-tree" : "network-simplex";
  graph.setGraph({ ranker, rankdir: "LR", nodesep: GAP_Y, ranksep: GAP_X, edgesep: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { ...size(node) });
  const edges = document.graph.edges
    .filter((edge) => graph.hasNode(edge.source) && graph.hasNode(edge.target))
    .map(({ source, target, sourceHandle }) => ({ source, target, rank: branchRank(document, source, sourceHandle) }))
    .toSorted((a, b) => a.rank - b.rank);
  for (const { source, target } of edges) graph.setEdge(source, target);
  layout(graph, { constraints: branchOrder(edges) });
  return new Map(
    nodes.map((node) => {
      const { x, y } = graph.node(node.id) as Point;
      const { width, height } = size(node);
      return [node.id, { x: x - width / 2, y: y - height / 2 }];
    }),
  );
}

/** Move a set of places so that its top left corner comes to `corner`. */
function shift(places: Map<string, Point>, corner: Point): Record<string, Point> {
  const left = Math.min(...[...places.values()].map((place) => place.x));
  const top = Math.min(...[...places.values()].map((place) => place.y));
  return Object.fromEntries(
    [...places].map(([id, place]) => [id, { x: snap(place.x - left + corner.x), y: snap(place.y - top + corner.y) }]),
  );
}

/**
 * Lay the graph out from left to right, the insides of containers first. With `ids` only those nodes
 * and what is in them move, around the corner where they stood. `measured` gives the sizes on the screen.
 */
export function tidy(
  document: FlowDocument,
  measured: (id: string) => Size | undefined = () => undefined,
  ids?: Iterable<string>,
): FlowDocument {
  const chosen = ids ? descendantsOf(document, ids) : null;
  const containers = new Map<string, Size>();
  const size = (node: FlowNode): Size => containers.get(node.id) ?? measured(node.id) ?? sizeOf(node);
  const movable = document.graph.nodes.filter((node) => !isDecoration(node) && (!chosen || chosen.has(node.id)));
  const depth = (id: string): number => around(document, nodeById(document, id)!).length;
  const parents = [...new Set(movable.map((node) => node.parentId))]
    .filter((id): id is string => id !== undefined && nodeById(document, id) !== undefined)
    .toSorted((a, b) => depth(b) - depth(a));
  let result = document;
  for (const parent of parents) {
    const children = movable.filter((node) => node.parentId === parent);
    const corner = chosen && !chosen.has(parent) ? cornerOf(children) : { x: INSET.left, y: INSET.top };
    result = moveNodes(result, shift(arrange(document, children, inContainer(document, size)), corner));
    containers.set(
      parent,
      contentSize(result, parent, (id) => size(nodeById(result, id)!)),
    );
    result = resized(result, parent, containers.get(parent)!);
  }
  const outer = movable.filter((node) => !node.parentId);
  return outer.length ? moveNodes(result, shift(arrange(document, outer, size), cornerOf(outer))) : result;
}

const cornerOf = (nodes: readonly FlowNode[]): Point => ({
  x: Math.min(...nodes.map((node) => node.position.x)),
  y: Math.min(...nodes.map((node) => node.position.y)),
});

/** The start of the rounds counts as as high as what follows it, so that their tops are level. */
function inContainer(document: FlowDocument, size: (node: FlowNode) => Size): (node: FlowNode) => Size {
  return (node) => {
    const next = isInnerStart(node.data.type) ? nodeById(document, edgesFrom(document, node.id)[0]?.target ?? "") : undefined;
    return next ? { ...size(node), height: size(next).height } : size(node);
  };
}

function resized(document: FlowDocument, id: string, size: Size): FlowDocument {
  const nodes = document.graph.nodes.map((node) =>
    node.id === id ? { ...node, ...size, data: "width" in node.data ? { ...node.data, ...size } : node.data } : node,
  );
  return { ...document, graph: { ...document.graph, nodes } };
}
