import type { FlowDocument, FlowEdge } from "@/api/types";
import { handleId, makeEdge } from "./connect";
import { nodeHandles } from "./handles";
import { isRoot, type NodeTypes, SOURCE, withGraph } from "./model";
import { edgesFrom, edgesInto, nodeById, parentOf } from "./structure";

/** Whether a node has one way out, that way only, so that another can take its place. */
function isPlain(document: FlowDocument, id: string, types: NodeTypes): boolean {
  const node = nodeById(document, id);
  if (!node || isRoot(node.data.type)) return false;
  const handles = nodeHandles(types[node.data.type], node.data);
  return handles.length === 1 && handles[0]!.id === SOURCE;
}

/** Let two nodes of which the first leads only to the second, and nothing else to that, change places. */
function swap(document: FlowDocument, firstId: string, secondId: string, types: NodeTypes): FlowDocument | null {
  const [first, second] = [nodeById(document, firstId), nodeById(document, secondId)];
  if (!first || !second || !isPlain(document, firstId, types) || !isPlain(document, secondId, types)) return null;
  if (edgesFrom(document, firstId).length !== 1 || edgesInto(document, secondId).length !== 1) return null;
  const other = (id: string): string => (id === firstId ? secondId : id === secondId ? firstId : id);
  const edges = document.graph.edges.map((edge): FlowEdge => {
    const between = edge.source === firstId && edge.target === secondId;
    const source = between || edge.source === secondId ? other(edge.source) : edge.source;
    const target = between || edge.target === firstId ? other(edge.target) : edge.target;
    const [from, to] = [nodeById(document, source), nodeById(document, target)];
    if ((source === edge.source && target === edge.target) || !from || !to) return edge;
    const link = { source, sourceHandle: handleId(edge.sourceHandle), target, targetHandle: edge.targetHandle };
    const made = makeEdge(from, to, link, parentOf(document, from));
    return { ...edge, ...made, data: { ...edge.data, ...made.data } };
  });
  const nodes = document.graph.nodes.map((node) =>
    node.id === firstId ? { ...node, position: second.position } : node.id === secondId ? { ...node, position: first.position } : node,
  );
  return withGraph(document, nodes, edges);
}

/** Move a node one place back or on along its line; null when its line branches there, or ends. */
export function moveAlong(document: FlowDocument, id: string, by: -1 | 1, types: NodeTypes): FlowDocument | null {
  const edges = by < 0 ? edgesInto(document, id) : edgesFrom(document, id);
  if (edges.length !== 1) return null;
  return by < 0 ? swap(document, edges[0]!.source, id, types) : swap(document, id, edges[0]!.target, types);
}
