import type { Point, Size } from "./graph/model";

export type Box = Point & Size;
/** A line at `at` on one axis, from `from` to `to` on the other. */
export interface Guide {
  axis: "x" | "y";
  at: number;
  from: number;
  to: number;
}

/** How near two edges must be to be drawn together. */
const REACH = 6;

const stops = (start: number, length: number): number[] => [start, start + length / 2, start + length];

interface Found {
  by: number;
  at: number;
  boxes: Box[];
}

function nearest(box: Box, others: readonly Box[], axis: "x" | "y"): Found | null {
  const extent = axis === "x" ? "width" : "height";
  const own = stops(box[axis], box[extent]);
  let best: Found | null = null as Found | null;
  for (const other of others) {
    for (const [index, stop] of stops(other[axis], other[extent]).entries()) {
      // Like goes with like: left with left, middle with middle, right with right, and left with right.
      for (const [place, mine] of own.entries()) {
        if ((index === 1) !== (place === 1)) continue;
        const by = stop - mine;
        if (Math.abs(by) > REACH) continue;
        if (best?.at === stop && best.by === by) best = { ...best, boxes: [...best.boxes, other] };
        else if (!best || Math.abs(by) < Math.abs(best.by)) best = { by, at: stop, boxes: [other] };
      }
    }
  }
  return best;
}

/** Where a dragged box comes to rest beside others, and the lines that say why. */
export function align(box: Box, others: readonly Box[]): { position: Point; guides: Guide[] } {
  const position = { x: box.x, y: box.y };
  const found = { x: nearest(box, others, "x"), y: nearest(box, others, "y") };
  for (const axis of ["x", "y"] as const) position[axis] += found[axis]?.by ?? 0;
  const settled = { ...box, ...position };
  const guides = (["x", "y"] as const).flatMap((axis): Guide[] => {
    const line = found[axis];
    if (!line) return [];
    const [across, extent] = axis === "x" ? (["y", "height"] as const) : (["x", "width"] as const);
    const boxes = [settled, ...line.boxes];
    return [
      {
        axis,
        at: line.at,
        from: Math.min(...boxes.map((one) => one[across])),
        to: Math.max(...boxes.map((one) => one[across] + one[extent])),
      },
    ];
  });
  return { position, guides };
}
