import { produce } from "immer";
import type { FlowDocument, FlowEdge, FlowNode, NodeType } from "@/api/types";
import { edgeId, handleId, makeEdge, whyNot } from "./connect";
import { fitted, innerStart, placed, withStart } from "./containers";
import { nodeHandles } from "./handles";
import {
  CONTAINER_SIZE,
  FAIL,
  freeTitle,
  isContainer,
  isFixed,
  GAP_X,
  NODE_WIDTH,
  newNodeId,
  type NodeTypes,
  type Point,
  type Size,
  snap,
  SOURCE,
  withGraph,
  omit,
} from "./model";
import { freeSpot, makeRoom, spotAfter } from "./placing";
import { descendantsOf, edgesFrom, edgesInto, nodeById, nodesById, parentOf, structureOf } from "./structure";

export interface NewNode {
  type: NodeType;
  /** Title in the user's language; made unique here. */
  title: string;
  position: Point;
  parentId?: string;
}
/** A type whose new nodes use a model starts with this one, so that it can run at once. */
export function withModel(type: NodeType, model: { provider: string; name: string } | null): NodeType {
  const own = type.defaults.model as { provider?: string } | undefined;
  return model && own && !own.provider ? { ...type, defaults: { ...type.defaults, model: { ...own, ...model } } } : type;
}

export interface Added {
  document: FlowDocument;
  id: string;
}

const sizeOfNew = (type: NodeType): Size | undefined => (isContainer(type.type) ? CONTAINER_SIZE : undefined);

/** Put a new node with the defaults of its type on the canvas; a container brings the start of its rounds. */
export function addNode(document: FlowDocument, { type, title, position, parentId }: NewNode): Added {
  const begun = parentId ? withStart(document, parentId) : document;
  const id = newNodeId();
  const parent = parentId ? nodeById(begun, parentId) : undefined;
  const data = { ...structuredClone(type.defaults), type: type.type, title: freeTitle(document, title) };
  const bare: FlowNode = { id, type: "custom", position, data };
  const node = placed(bare, parent, { x: snap(position.x), y: snap(position.y) });
  const added = isContainer(type.type) ? withBody(node) : [node];
  return { document: fitted(withGraph(begun, [...begun.graph.nodes, ...added], begun.graph.edges), parent?.id, true), id };
}

function withBody(container: FlowNode): FlowNode[] {
  const start = innerStart(container);
  return [{ ...container, ...CONTAINER_SIZE, data: { ...container.data, ...CONTAINER_SIZE, start_node_id: start.id } }, start];
}

/** Add a node behind a handle of another and connect the two. */
export function addAfter(
  document: FlowDocument,
  sourceId: string,
  sourceHandle: string,
  type: NodeType,
  title: string,
  types: NodeTypes,
): Added {
  const source = nodeById(document, sourceId);
  if (!source) return addNode(document, { type, title, position: { x: 0, y: 0 } });
  const added = addNode(document, { type, title, position: spotAfter(document, source, sizeOfNew(type)), parentId: source.parentId });
  return { document: tryConnect(added.document, sourceId, sourceHandle, added.id, types), id: added.id };
}

/** Add a node in the middle of an edge; what follows moves right when there is no room. */
export function addOnEdge(document: FlowDocument, id: string, type: NodeType, title: string, types: NodeTypes): Added {
  const edge = document.graph.edges.find((one) => one.id === id);
  const source = edge && nodeById(document, edge.source);
  const target = edge && nodeById(document, edge.target);
  if (!source || !target) return addNode(document, { type, title, position: freeSpot(document, { x: 0, y: 0 }) });
  const room = makeRoom(document, source, target, sizeOfNew(type));
  const added = addNode(room.document, { type, title, position: room.position, parentId: source.parentId });
  return { document: spliceIntoEdge(added.document, added.id, id, types), id: added.id };
}

/** Add a node that everything which led to another now passes first. */
export function addBefore(document: FlowDocument, targetId: string, type: NodeType, title: string, types: NodeTypes): Added {
  const target = nodeById(document, targetId);
  const [first, ...others] = edgesInto(document, targetId);
  if (!target || !first) {
    const { x, y } = target?.position ?? { x: 0, y: 0 };
    const at = freeSpot(document, { x: x - GAP_X - (sizeOfNew(type)?.width ?? NODE_WIDTH), y }, target?.parentId);
    const added = addNode(document, { type, title, position: at, parentId: target?.parentId });
    return { document: tryConnect(added.document, added.id, SOURCE, targetId, types), id: added.id };
  }
  const added = addOnEdge(document, first.id, type, title, types);
  const gone = new Set(others.map((edge) => edge.id));
  const without = withGraph(
    added.document,
    added.document.graph.nodes,
    added.document.graph.edges.filter((edge) => !gone.has(edge.id)),
  );
  const joined = others.reduce((next, edge) => tryConnect(next, edge.source, handleId(edge.sourceHandle), added.id, types), without);
  return { document: joined, id: added.id };
}

/** Lay an existing node into an edge: A→C becomes A→B→C. Unchanged when a connection is not allowed. */
export function spliceIntoEdge(document: FlowDocument, nodeId: string, id: string, types: NodeTypes): FlowDocument {
  const edge = document.graph.edges.find((one) => one.id === id);
  const node = nodeById(document, nodeId);
  if (!edge || !node || edge.source === nodeId || edge.target === nodeId) return document;
  const without = withGraph(
    document,
    document.graph.nodes,
    document.graph.edges.filter((one) => one.id !== id),
  );
  if (whyNot(without, { source: edge.source, sourceHandle: edge.sourceHandle, target: nodeId }, types)) return document;
  const first = tryConnect(without, edge.source, handleId(edge.sourceHandle), nodeId, types);
  const handle = nodeHandles(types[node.data.type], node.data)[0];
  return handle ? tryConnect(first, nodeId, handle.id, edge.target, types) : first;
}

function tryConnect(document: FlowDocument, source: string, sourceHandle: string, target: string, types: NodeTypes): FlowDocument {
  const link = { source, sourceHandle, target };
  if (whyNot(document, link, types)) return document;
  const from = nodeById(document, source)!;
  const edge = makeEdge(from, nodeById(document, target)!, link, parentOf(document, from));
  return withGraph(document, document.graph.nodes, [...document.graph.edges, edge]);
}

/** Ids with the children of containers among them, without nodes that must stay. */
export function removable(document: FlowDocument, ids: Iterable<string>): Set<string> {
  const nodes = nodesById(document);
  const gone = new Set([...ids].filter((id) => nodes.has(id) && !isFixed(nodes.get(id)!.data.type)));
  return descendantsOf(document, gone);
}

/** The nodes that a removed node hands its visitors on to; none when it branches, since no one branch stands for all. */
function heirs(document: FlowDocument, id: string, gone: ReadonlySet<string>, seen = new Set<string>()): string[] {
  if (seen.has(id)) return [];
  seen.add(id);
  const out = edgesFrom(document, id).filter((edge) => edge.sourceHandle !== FAIL);
  if (new Set(out.map((edge) => handleId(edge.sourceHandle))).size > 1) return [];
  return out.flatMap((edge) => (gone.has(edge.target) ? heirs(document, edge.target, gone, seen) : [edge.target]));
}

/** Remove nodes and close the gap: A→B→C becomes A→C. The start node stays. */
export function removeNodes(document: FlowDocument, ids: Iterable<string>): FlowDocument {
  const gone = removable(document, ids);
  if (!gone.size) return document;
  const nodes = nodesById(document);
  const kept = document.graph.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target));
  const known = new Set(kept.map((edge) => edgeId(edge)));
  const healed: FlowEdge[] = [];
  for (const edge of document.graph.edges) {
    if (gone.has(edge.source) || !gone.has(edge.target)) continue;
    for (const target of heirs(document, edge.target, gone)) {
      const link = { source: edge.source, sourceHandle: edge.sourceHandle, target };
      const from = nodes.get(edge.source);
      const to = nodes.get(target);
      if (!from || !to || known.has(edgeId(link))) continue;
      known.add(edgeId(link));
      healed.push(makeEdge(from, to, link, parentOf(document, from)));
    }
  }
  return withGraph(
    document,
    document.graph.nodes.filter((node) => !gone.has(node.id)),
    [...kept, ...healed],
  );
}

export function moveNodes(document: FlowDocument, positions: Readonly<Record<string, Point>>): FlowDocument {
  const nodes = document.graph.nodes.map((node) => {
    const to = positions[node.id];
    if (!to || (to.x === node.position.x && to.y === node.position.y)) return node;
    return { ...(omit(node, "positionAbsolute") as FlowNode), position: { x: to.x, y: to.y } };
  });
  return nodes.every((node, at) => node === document.graph.nodes[at]) ? document : withGraph(document, nodes, document.graph.edges);
}

/** Change one node's `data`: a patch of keys, or an immer recipe. Edges of handles that went away go with them. */
export function setNodeData(
  document: FlowDocument,
  id: string,
  change: Record<string, unknown> | ((data: FlowNode["data"]) => void),
  types: NodeTypes = {},
): FlowDocument {
  const before = nodeById(document, id);
  if (!before) return document;
  const data = produce(before.data, (draft) => {
    if (typeof change === "function") change(draft);
    else Object.assign(draft, change);
  });
  if (data === before.data) return document;
  const nodes = document.graph.nodes.map((node) => (node.id === id ? { ...node, data } : node));
  return withGraph(document, nodes, keepLiveEdges(document, id, before, data, types));
}

function keepLiveEdges(document: FlowDocument, id: string, before: FlowNode, data: FlowNode["data"], types: NodeTypes): FlowEdge[] {
  const { edges } = document.graph;
  const type = types[data.type];
  const old = new Set(nodeHandles(type, before.data).map((handle) => handle.id));
  const now = new Set(nodeHandles(type, data).map((handle) => handle.id));
  const lost = [...old].filter((handle) => !now.has(handle));
  if (!lost.length || !structureOf(document).outgoing.has(id)) return edges;
  return edges.filter((edge) => edge.source !== id || !lost.includes(edge.sourceHandle || SOURCE));
}

export function renameNode(document: FlowDocument, id: string, title: string): FlowDocument {
  const clean = title.trim();
  const node = nodeById(document, id);
  if (!node || !clean || node.data.title === clean) return document;
  return setNodeData(document, id, { title: clean });
}
