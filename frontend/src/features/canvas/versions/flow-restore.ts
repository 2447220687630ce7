/** Bringing back single things of an earlier flow: each returns the later document with one change undone. Pure. */
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { isDecoration, sizeOf, withGraph } from "../graph/model";
import { freeSpot } from "../graph/placing";
import { descendantsOf, nodeById, nodesById } from "../graph/structure";
import { type EdgeChange, type FlowChange, isVariable, type NodeChange, type VariableChange } from "./flow-diff";
import { edgeKey } from "./overlay";
import { type FieldChange, isRecord, withFieldBefore, withValueAt } from "./value-diff";

/** The document with a whole change undone. `before` is the document that the change was found against. */
export function withChangeUndone(document: FlowDocument, before: FlowDocument, change: FlowChange): FlowDocument {
  switch (change.of) {
    case "node":
      return withNodeUndone(document, before, change);
    case "edge":
      return withEdgeUndone(document, change);
    case "variable":
      return withVariableUndone(document, change);
    case "setting":
      return withFieldBefore(document, change.fields[0]);
  }
}

/** The document with one setting of a change as it was. */
export function withFieldUndone(document: FlowDocument, change: FlowChange, field: FieldChange): FlowDocument {
  if (change.of === "setting") return withFieldBefore(document, field);
  if (change.of === "variable") {
    const rows = (document[change.list] ?? []).map((row) =>
      change.after && isVariable(row, change.after) ? withFieldBefore(row, field) : row,
    );
    return { ...document, [change.list]: rows };
  }
  if (change.of !== "node" || !nodeById(document, change.nodeId)) return document;
  const nodes = document.graph.nodes.map((node) =>
    node.id === change.nodeId ? { ...node, data: withFieldBefore(node.data, field) } : node,
  );
  return withGraph(document, nodes, document.graph.edges);
}

function withNodeUndone(document: FlowDocument, before: FlowDocument, change: NodeChange): FlowDocument {
  if (change.change === "added") return withoutNode(document, before, change.nodeId);
  if (change.change === "removed") return withNodeBack(document, before, change.nodeId);
  const fresh = change.moved ? withNodeMovedBack(document, before, change) : document;
  return change.fields.reduce((next, field) => withFieldUndone(next, change, field), fresh);
}

/** Back into the container that it was in, which comes back too if it is gone. */
function withNodeMovedBack(given: FlowDocument, before: FlowDocument, { before: old, nodeId }: NodeChange): FlowDocument {
  if (!old) return given;
  const document = old.parentId && !nodeById(given, old.parentId) ? withNodeBack(given, before, old.parentId) : given;
  const flags = ["isInIteration", "isInLoop", "iteration_id", "loop_id"] as const;
  const nodes = document.graph.nodes.map((node): FlowNode => {
    if (node.id !== nodeId) return node;
    const data = flags.reduce((next, flag) => withValueAt(next, [flag], old.data[flag]), node.data);
    const place = { position: old.position, parentId: old.parentId, extent: old.extent, zIndex: old.zIndex };
    const moved = { ...node, ...place, data };
    return Object.fromEntries(Object.entries(moved).filter(([, value]) => value !== undefined)) as unknown as FlowNode;
  });
  return withEdgesAround(withGraph(document, nodes, document.graph.edges), before, new Set([nodeId]));
}

function withoutNode(document: FlowDocument, before: FlowDocument, nodeId: string): FlowDocument {
  const gone = descendantsOf(document, [nodeId]);
  const near = neighbours(document.graph.edges, gone);
  const nodes = document.graph.nodes.filter((node) => !gone.has(node.id));
  const edges = document.graph.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target));
  return withEdgesBetween(withGraph(document, nodes, edges), before, near);
}

/** With what was in it, and with the containers around it that are gone too. */
function withNodeBack(document: FlowDocument, before: FlowDocument, nodeId: string): FlowDocument {
  const then = nodesById(before);
  let top = then.get(nodeId);
  while (top?.parentId && then.has(top.parentId) && !nodeById(document, top.parentId)) top = then.get(top.parentId);
  if (!top) return document;
  const root = top.id;
  const back = descendantsOf(before, [root]);
  const missing = before.graph.nodes
    .filter((node) => back.has(node.id) && !nodeById(document, node.id))
    .map((node) => (node.id === root && !isDecoration(node) ? withFreePlace(document, node) : node));
  const added = new Set(missing.map((node) => node.id));
  const edges = withoutDetours(document.graph.edges, before, added);
  return withEdgesAround(withGraph(document, [...document.graph.nodes, ...missing], edges), before, added);
}

/** Where it was, unless something else stands there now. */
const withFreePlace = (document: FlowDocument, node: FlowNode): FlowNode => ({
  ...node,
  position: freeSpot(document, node.position, node.parentId, sizeOf(node)),
});

/** Without the edges that lead past nodes which come back, unless they were there before as well. */
function withoutDetours(edges: FlowEdge[], before: FlowDocument, added: ReadonlySet<string>): FlowEdge[] {
  const near = neighbours(before.graph.edges, added);
  const known = new Set(before.graph.edges.map(edgeKey));
  return edges.filter((edge) => !near.sources.has(edge.source) || !near.targets.has(edge.target) || known.has(edgeKey(edge)));
}

interface Near {
  sources: Set<string>;
  targets: Set<string>;
}

/** What leads into these nodes, and what they lead to. */
function neighbours(edges: readonly FlowEdge[], ids: ReadonlySet<string>): Near {
  return {
    sources: new Set(edges.filter((edge) => ids.has(edge.target) && !ids.has(edge.source)).map((edge) => edge.source)),
    targets: new Set(edges.filter((edge) => ids.has(edge.source) && !ids.has(edge.target)).map((edge) => edge.target)),
  };
}

function withEdges(document: FlowDocument, wanted: readonly FlowEdge[]): FlowDocument {
  const nodes = nodesById(document);
  const known = new Set(document.graph.edges.map(edgeKey));
  const more = wanted.filter((edge) => !known.has(edgeKey(edge)) && nodes.has(edge.source) && nodes.has(edge.target));
  return more.length ? withGraph(document, document.graph.nodes, [...document.graph.edges, ...withFreeIds(document, more)]) : document;
}

const withFreeIds = (document: FlowDocument, edges: readonly FlowEdge[]): FlowEdge[] => {
  const taken = new Set(document.graph.edges.map((edge) => edge.id));
  return edges.map((edge) => (taken.has(edge.id) ? { ...edge, id: `${edge.id}-restored` } : edge));
};

const withEdgesAround = (document: FlowDocument, before: FlowDocument, ids: ReadonlySet<string>): FlowDocument =>
  withEdges(
    document,
    before.graph.edges.filter((edge) => ids.has(edge.source) || ids.has(edge.target)),
  );

const withEdgesBetween = (document: FlowDocument, before: FlowDocument, { sources, targets }: Near): FlowDocument =>
  withEdges(
    document,
    before.graph.edges.filter((edge) => sources.has(edge.source) && targets.has(edge.target)),
  );

function withEdgeUndone(document: FlowDocument, { change, edge }: EdgeChange): FlowDocument {
  if (change === "removed") return withEdges(document, [edge]);
  const edges = document.graph.edges.filter((one) => edgeKey(one) !== edgeKey(edge));
  return withGraph(document, document.graph.nodes, edges);
}

function withVariableUndone(document: FlowDocument, { change, list, before, after }: VariableChange): FlowDocument {
  const rows = (document[list] ?? []).filter(isRecord);
  if (change === "removed") return { ...document, [list]: [...rows, before!] };
  if (change === "added") return { ...document, [list]: rows.filter((row) => !isVariable(row, after!)) };
  return { ...document, [list]: rows.map((row) => (isVariable(row, after!) ? before! : row)) };
}
