import type { FlowDocument, FlowNode } from "@/api/types";
import { hiddenNodes, isCollapsed, neighboursOf } from "./graph/frames";
import { isInnerStart } from "./graph/model";
import { childrenOf, edgesFrom, edgesInto, nodeById, readingOrder } from "./graph/structure";

export type Direction = "left" | "right" | "up" | "down";

const centre = (node: FlowNode): { x: number; y: number } => ({ x: node.position.x, y: node.position.y });

function nearest(from: FlowNode, candidates: FlowNode[]): FlowNode | undefined {
  const here = centre(from);
  const distance = (node: FlowNode): number => Math.hypot(centre(node).x - here.x, centre(node).y - here.y);
  return candidates.reduce<FlowNode | undefined>((best, node) => (!best || distance(node) < distance(best) ? node : best), undefined);
}

/**
 * The node that an arrow key leads to: left and right follow edges, up and down go to the next
 * sibling, and where no edge leads on, to the nearest node on that side. Down goes into a container, left
 * and up of all that is in it out again. Null when there is nowhere to go.
 */
export function walk(document: FlowDocument, fromId: string | null, direction: Direction): string | null {
  const from = fromId ? nodeById(document, fromId) : undefined;
  if (!from) return readingOrder(document)[0] ?? null;
  const found = (ids: string[]): FlowNode[] =>
    ids.map((id) => nodeById(document, id)).filter((node): node is FlowNode => node !== undefined);
  if (direction === "right" || direction === "left") {
    const linked = isCollapsed(from)
      ? neighboursOf(document, from, direction)
      : direction === "right"
        ? found(edgesFrom(document, from.id).map((edge) => edge.target))
        : found(edgesInto(document, from.id).map((edge) => edge.source));
    const next = nearest(from, linked);
    if (next) return next.id;
  }
  const first = direction === "down" ? entryOf(document, from) : undefined;
  if (first) return first.id;
  const side = (node: FlowNode): boolean => {
    const dx = node.position.x - from.position.x;
    const dy = node.position.y - from.position.y;
    if (direction === "right") return dx > 0 && dx >= Math.abs(dy);
    if (direction === "left") return dx < 0 && -dx >= Math.abs(dy);
    return direction === "down" ? dy > 0 && dy >= Math.abs(dx) / 2 : dy < 0 && -dy >= Math.abs(dx) / 2;
  };
  const hidden = hiddenNodes(document);
  const beside = document.graph.nodes.filter(
    (node) => node.id !== from.id && node.parentId === from.parentId && !hidden.has(node.id) && side(node),
  );
  const out = direction === "left" || direction === "up" ? from.parentId : undefined;
  return nearest(from, beside)?.id ?? out ?? null;
}

/** Where the rounds of a container begin. */
function entryOf(document: FlowDocument, container: FlowNode): FlowNode | undefined {
  const children = childrenOf(document, container.id);
  return children.find((node) => isInnerStart(node.data.type)) ?? children[0];
}
