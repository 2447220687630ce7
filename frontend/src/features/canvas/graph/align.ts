import type { FlowDocument, FlowNode } from "@/api/types";
import { type Point, type Size, sizeOf, snap } from "./model";
import { moveNodes } from "./nodes";

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Distribution = "horizontal" | "vertical";
type Measured = (id: string) => Size | undefined;

/** The chosen nodes of one region: that of the first of them, since places elsewhere cannot be compared. */
export function comparable(document: FlowDocument, ids: Iterable<string>): FlowNode[] {
  const chosen = new Set(ids);
  const nodes = document.graph.nodes.filter((node) => chosen.has(node.id));
  return nodes.filter((node) => node.parentId === nodes[0]?.parentId);
}

/** Put nodes in line with the outermost of them, or with the middle of all. */
export function alignNodes(
  document: FlowDocument,
  ids: Iterable<string>,
  to: Alignment,
  measured: Measured = () => undefined,
): FlowDocument {
  const boxes = comparable(document, ids).map((node) => ({ id: node.id, ...node.position, ...(measured(node.id) ?? sizeOf(node)) }));
  if (boxes.length < 2) return document;
  const left = Math.min(...boxes.map((box) => box.x));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const top = Math.min(...boxes.map((box) => box.y));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const place: Record<Alignment, (box: Point & Size) => Point> = {
    left: ({ y }) => ({ x: left, y }),
    center: ({ y, width }) => ({ x: (left + right - width) / 2, y }),
    right: ({ y, width }) => ({ x: right - width, y }),
    top: ({ x }) => ({ x, y: top }),
    middle: ({ x, height }) => ({ x, y: (top + bottom - height) / 2 }),
    bottom: ({ x, height }) => ({ x, y: bottom - height }),
  };
  return moveNodes(document, Object.fromEntries(boxes.map((box) => [box.id, place[to](box)])));
}

/** Leave the outermost two where they are and make the gaps between all equal. */
export function distribute(
  document: FlowDocument,
  ids: Iterable<string>,
  along: Distribution,
  measured: Measured = () => undefined,
): FlowDocument {
  const [axis, extent] = along === "horizontal" ? (["x", "width"] as const) : (["y", "height"] as const);
  const boxes = comparable(document, ids)
    .map((node) => ({ id: node.id, ...node.position, ...(measured(node.id) ?? sizeOf(node)) }))
    .toSorted((a, b) => a[axis] - b[axis]);
  const [first, last] = [boxes[0], boxes.at(-1)];
  if (!first || !last || boxes.length < 3) return document;
  const used = boxes.reduce((sum, box) => sum + box[extent], 0);
  const gap = (last[axis] + last[extent] - first[axis] - used) / (boxes.length - 1);
  let at = first[axis];
  const places: Record<string, Point> = {};
  for (const box of boxes) {
    places[box.id] = { x: box.x, y: box.y, [axis]: box === first || box === last ? box[axis] : snap(at) };
    at += box[extent] + gap;
  }
  return moveNodes(document, places);
}
