import type { FlowDocument, FlowNode } from "@/api/types";
import { GAP_X, GAP_Y, isFrame, NODE_HEIGHT, NODE_WIDTH, type Point, type Size, sizeOf, snap } from "./model";
import { downstream, edgesFrom } from "./structure";

const near = (a: number, b: number, reach: number): boolean => Math.abs(a - b) < reach;

const STEP: Size = { width: NODE_WIDTH, height: NODE_HEIGHT };

const taken = (document: FlowDocument, at: Point, parentId: string | undefined, size: Size): FlowNode | undefined =>
  document.graph.nodes.find((node) => {
    if (node.parentId !== parentId || isFrame(node)) return false;
    const { x, y } = node.position;
    const { width, height } = sizeOf(node);
    return at.x < x + width && x < at.x + size.width && at.y < y + height && y < at.y + size.height;
  });

/** The wanted place, or the next free one below it, for something of this size. */
export function freeSpot(document: FlowDocument, wanted: Point, parentId?: string, size: Size = STEP): Point {
  const at = { x: snap(wanted.x), y: snap(wanted.y) };
  for (let blocker = taken(document, at, parentId, size); blocker; blocker = taken(document, at, parentId, size)) {
    at.y = snap(Math.max(blocker.position.y + sizeOf(blocker).height, at.y) + GAP_Y);
  }
  return at;
}

/** Where the next step after a node goes: right of it, below the steps already there. */
export function spotAfter(document: FlowDocument, source: FlowNode, size: Size = STEP): Point {
  const wanted = { x: source.position.x + sizeOf(source).width + GAP_X, y: source.position.y };
  const siblings = new Set(edgesFrom(document, source.id).map((edge) => edge.target));
  for (const node of document.graph.nodes) {
    if (siblings.has(node.id) && near(node.position.x, wanted.x, NODE_WIDTH)) {
      wanted.y = Math.max(wanted.y, node.position.y + sizeOf(node).height + GAP_Y);
    }
  }
  return freeSpot(document, wanted, source.parentId, size);
}

/** Find the place between two connected nodes; push the later ones right when they stand too close. */
export function makeRoom(
  document: FlowDocument,
  source: FlowNode,
  target: FlowNode,
  size: Size = STEP,
): { document: FlowDocument; position: Point } {
  const width = sizeOf(source).width;
  const needed = source.position.x + width + GAP_X + size.width + GAP_X;
  const push = Math.max(0, snap(needed - target.position.x));
  if (target.position.x <= source.position.x || push === 0) {
    const middle = { x: (source.position.x + target.position.x) / 2, y: (source.position.y + target.position.y) / 2 };
    return { document, position: freeSpot(document, middle, source.parentId, size) };
  }
  const moving = downstream(document, source.id);
  const nodes = document.graph.nodes.map((node) =>
    moving.has(node.id) && node.position.x >= target.position.x
      ? { ...node, position: { x: node.position.x + push, y: node.position.y } }
      : node,
  );
  const moved = { ...document, graph: { ...document.graph, nodes } };
  const position = { x: source.position.x + width + GAP_X, y: target.position.y };
  return { document: moved, position: freeSpot(moved, position, source.parentId, size) };
}
