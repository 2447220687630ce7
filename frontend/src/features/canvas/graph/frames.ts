import type { FlowDocument, FlowNode } from "@/api/types";
import { isFrame, omit, type Point, type Size, sizeOf, withGraph } from "./model";
import { descendantsOf, edgesFrom, edgesInto, nodeById } from "./structure";

/** How large a collapsed frame is drawn. */
export const COLLAPSED_SIZE: Size = { width: 256, height: 64 };
/** The handles of a collapsed frame, where the edges of what is in it begin and end. */
export const FRAME_OUT = "frame-out";
export const FRAME_IN = "frame-in";

export const isCollapsed = (node: FlowNode): boolean => isFrame(node) && node.data.collapsed === true;

const membersOf = (frame: FlowNode): string[] =>
  Array.isArray(frame.data.members) ? frame.data.members.filter((id): id is string => typeof id === "string") : [];

const holds = (outer: Point & Size, inner: Point & Size): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** What goes along with a frame: what it keeps while it is collapsed, else what lies in it. Only nodes of its own level. */
export function inFrame(
  document: FlowDocument,
  frame: FlowNode,
  measured: (id: string) => Size | undefined = () => undefined,
): ReadonlySet<string> {
  if (isCollapsed(frame)) {
    const kept = membersOf(frame).filter((id) => nodeById(document, id));
    const inner = kept.map((id) => nodeById(document, id)!).filter((node) => isCollapsed(node) && node.id !== frame.id);
    return new Set([...kept, ...inner.flatMap((node) => membersOf(node))]);
  }
  const area = { ...frame.position, ...sizeOf(frame) };
  const found = new Set<string>();
  for (const node of document.graph.nodes) {
    if (node.id === frame.id || node.parentId) continue;
    const size = isCollapsed(node) ? COLLAPSED_SIZE : (measured(node.id) ?? sizeOf(node));
    if (!holds(area, { ...node.position, ...size })) continue;
    found.add(node.id);
    if (isCollapsed(node)) for (const id of membersOf(node)) found.add(id);
  }
  return found;
}

/** Ids with what collapsed frames among them keep. */
export function withMembers(document: FlowDocument, ids: Iterable<string>): Set<string> {
  const all = new Set(ids);
  for (const id of Array.from(all)) {
    const node = nodeById(document, id);
    if (node && isCollapsed(node)) for (const member of inFrame(document, node)) all.add(member);
  }
  return all;
}

const NONE: ReadonlyMap<string, string> = new Map();
const hiddenBy = new WeakMap<readonly FlowNode[], ReadonlyMap<string, string>>();

/** Every node that is not drawn, with the collapsed frame that stands for it: the outermost one. */
export function hiddenNodes(document: FlowDocument): ReadonlyMap<string, string> {
  const { nodes } = document.graph;
  const known = hiddenBy.get(nodes);
  if (known) return known;
  const hidden = new Map<string, string>();
  const outermost = (id: string): string => {
    const up = hidden.get(id);
    return up ? outermost(up) : id;
  };
  for (const frame of nodes.filter(isCollapsed)) {
    // Two frames that keep each other would leave nothing to open them by.
    for (const id of descendantsOf(document, membersOf(frame))) if (outermost(frame.id) !== id) hidden.set(id, frame.id);
  }
  for (const id of hidden.keys()) hidden.set(id, outermost(id));
  const result = hidden.size ? hidden : NONE;
  hiddenBy.set(nodes, result);
  return result;
}

/** Collapse a frame to its title, or open it. What it keeps is told by what lies in it now. */
export function toggleCollapsed(document: FlowDocument, id: string, measured?: (id: string) => Size | undefined): FlowDocument {
  const frame = nodeById(document, id);
  if (!frame || !isFrame(frame)) return document;
  const data = isCollapsed(frame)
    ? (omit(frame.data, "collapsed", "members") as FlowNode["data"])
    : { ...frame.data, collapsed: true, members: [...inFrame(document, frame, measured)] };
  const nodes = document.graph.nodes.map((node) => (node.id === id ? { ...node, data } : node));
  return withGraph(document, nodes, document.graph.edges);
}

/** Where the edges of a collapsed frame lead to, or come from. */
export function neighboursOf(document: FlowDocument, frame: FlowNode, side: "left" | "right"): FlowNode[] {
  const members = descendantsOf(document, inFrame(document, frame));
  const found = new Set<string>();
  for (const id of members) {
    const edges = side === "right" ? edgesFrom(document, id) : edgesInto(document, id);
    for (const edge of edges) {
      const other = side === "right" ? edge.target : edge.source;
      if (!members.has(other)) found.add(other);
    }
  }
  return [...found].map((id) => nodeById(document, id)).filter((node) => node !== undefined);
}
