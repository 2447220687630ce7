import { graphlib, layout } from "@dagrejs/dagre";
import type { FlowDocument, FlowNode } from "@/api/types";
import { GAP_X, GAP_Y, isDecoration, type Point, type Size, sizeOf, snap } from "./model";
import { moveNodes } from "./nodes";
import { nodeHandles } from "./handles";

/** Above this many nodes the exact ranking takes longer than a person waits. */
const MANY = 200;
const INSET = { left: 24, top: 72, right: 24, bottom: 24 };

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
 * move, around the corner where they stood. `measured` gives the sizes on the screen.
 */
export function tidy(
  document: FlowDocument,
  measured: (id: string) => Size | undefined = () => undefined,
  ids?: Iterable<string>,
): FlowDocument {
  const chosen = ids ? new Set(ids) : null;
  const containers = new Map<string, Size>();
  const size = (node: FlowNode): Size => containers.get(node.id) ?? measured(node.id) ?? sizeOf(node);
  const movable = document.graph.nodes.filter((node) => !isDecoration(node) && (!chosen || chosen.has(node.id)));
  let result = document;
  const parents = new Set(movable.map((node) => node.parentId).filter((id): id is string => id !== undefined));
  for (const parent of parents) {
    const places = arrange(
      document,
      movable.filter((node) => node.parentId === parent),
      size,
    );
    const shifted = shift(places, { x: INSET.left, y: INSET.top });
    result = moveNodes(result, shifted);
    const children = result.graph.nodes.filter((node) => node.parentId === parent);
    containers.set(parent, {
      width: Math.max(...children.map((node) => node.position.x + size(node).width)) + INSET.right,
      height: Math.max(...children.map((node) => node.position.y + size(node).height)) + INSET.bottom,
    });
  }
  if (containers.size) {
    const nodes = result.graph.nodes.map((node) => (containers.has(node.id) ? { ...node, ...containers.get(node.id)! } : node));
    result = { ...result, graph: { ...result.graph, nodes } };
  }
  const outer = movable.filter((node) => !node.parentId);
  if (!outer.length) return result;
  const corner = { x: Math.min(...outer.map((node) => node.position.x)), y: Math.min(...outer.map((node) => node.position.y)) };
  return moveNodes(result, shift(arrange(document, outer, size), corner));
}
