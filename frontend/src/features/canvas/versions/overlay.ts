/** Two flows laid over each other: the later one, with what is gone where it was. Pure. */
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { handleId } from "../graph/connect";
import { nodesById } from "../graph/structure";

export interface Overlay {
  document: FlowDocument;
  /** Ids in `document` of nodes and edges that only the earlier flow has. */
  ghosts: ReadonlySet<string>;
}

/** What an edge is: from which branch of which node to which. Its id is the business of whoever drew it. */
export const edgeKey = (edge: FlowEdge): string => `${edge.source}/${handleId(edge.sourceHandle)}/${edge.target}`;

export function overlaid(before: FlowDocument, after: FlowDocument): Overlay {
  const now = nodesById(after);
  const gone = before.graph.nodes.filter((node) => !now.has(node.id));
  const known = new Set(after.graph.edges.map(edgeKey));
  const ids = new Set(after.graph.edges.map((edge) => edge.id));
  const goneEdges = before.graph.edges
    .filter((edge) => !known.has(edgeKey(edge)))
    .map((edge): FlowEdge => (ids.has(edge.id) ? { ...edge, id: `${edge.id} (before)` } : edge));
  const document = {
    ...after,
    graph: {
      ...after.graph,
      nodes: [...after.graph.nodes, ...gone.map((node) => ghost(node, before, after))],
      edges: [...after.graph.edges, ...goneEdges],
    },
  };
  return { document, ghosts: new Set([...gone, ...goneEdges].map((one) => one.id)) };
}

/** Positions count from the container: one that moved must not take along what was in it before. */
function ghost(node: FlowNode, before: FlowDocument, after: FlowDocument): FlowNode {
  const then = node.parentId ? nodesById(before).get(node.parentId) : undefined;
  const now = node.parentId ? nodesById(after).get(node.parentId) : undefined;
  if (!then || !now) return node;
  const position = { x: node.position.x + then.position.x - now.position.x, y: node.position.y + then.position.y - now.position.y };
  return { ...node, position };
}
