import type { FlowDocument } from "@/api/types";
import { hiddenNodes, inFrame, isCollapsed } from "./frames";
import { isFrame } from "./model";
import { around, descendantsOf, downstream, nodeById, upstream } from "./structure";

/** Everything that leads to a node and all that follows it; of a frame that of what is in it. */
export function lineOf(document: FlowDocument, id: string): ReadonlySet<string> {
  const node = nodeById(document, id);
  if (!node) return new Set();
  const line = new Set([id]);
  if (isFrame(node)) {
    for (const member of inFrame(document, node)) {
      const inner = nodeById(document, member);
      if (inner && !isFrame(inner)) for (const one of lineOf(document, member)) line.add(one);
    }
    return line;
  }
  for (const one of upstream(document, id)) line.add(one);
  const outer = around(document, node);
  // What follows a container follows all that is in it, and a container on the way is passed with all it holds.
  const ahead = [id, ...outer.map((container) => container.id)].flatMap((from) => [...downstream(document, from)]);
  for (const one of descendantsOf(document, [id, ...ahead])) line.add(one);
  for (const container of outer) line.add(container.id);
  const hidden = hiddenNodes(document);
  for (const one of Array.from(line)) {
    const frame = hidden.get(one);
    if (frame) line.add(frame);
  }
  for (const frame of document.graph.nodes) {
    if (isFrame(frame) && !isCollapsed(frame) && [...inFrame(document, frame)].some((one) => line.has(one))) line.add(frame.id);
  }
  return line;
}
