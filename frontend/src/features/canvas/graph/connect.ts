import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { nodeHandles } from "./handles";
import { isRoot, type Link, type NodeTypes, OLD_SUCCESS, type Refusal, type RefusalCode, SOURCE, TARGET, withGraph } from "./model";
import { downstream, nodeById, nodesById, parentOf } from "./structure";

const titleOf = (node: FlowNode | undefined): string => node?.data.title ?? "";

/** The handle's id as the runtime knows it: empty and old names mean the plain one. */
export const handleId = (handle: string | null | undefined): string => (!handle || handle === OLD_SUCCESS ? SOURCE : handle);

export function edgeId(link: Link): string {
  return `${link.source}-${handleId(link.sourceHandle)}-${link.target}-${link.targetHandle || TARGET}`;
}

/** Tell why this link may not be drawn; null when it may. `replacing` is an edge that would go away. */
export function whyNot(document: FlowDocument, link: Link, types: NodeTypes, replacing?: string): Refusal | null {
  const source = nodeById(document, link.source);
  const target = nodeById(document, link.target);
  const refuse = (code: RefusalCode): Refusal => ({ code, params: { source: titleOf(source), target: titleOf(target) } });
  if (!source || !target) return refuse("missing_node");
  if (source.id === target.id) return refuse("self");
  if (isRoot(target.data.type)) return refuse("into_start");
  const handles = nodeHandles(types[source.data.type], source.data);
  if (!handles.length) return refuse("out_of_end");
  const handle = handleId(link.sourceHandle);
  if (!handles.some(({ id }) => id === handle)) return refuse("missing_handle");
  if (parentOf(document, source) !== parentOf(document, target)) return refuse("crosses_container");
  const others = document.graph.edges.filter((edge) => edge.id !== replacing);
  if (others.some((edge) => edge.source === source.id && edge.target === target.id && handleId(edge.sourceHandle) === handle))
    return refuse("duplicate");
  const rest = others.length === document.graph.edges.length ? document : withGraph(document, document.graph.nodes, others);
  if (downstream(rest, target.id).has(source.id)) return refuse("cycle");
  return null;
}

/** The edge as app files write it. `container` is what both ends are in. */
export function makeEdge(source: FlowNode, target: FlowNode, link: Link, container?: FlowNode): FlowEdge {
  const isInIteration = container?.data.type === "iteration";
  const isInLoop = container?.data.type === "loop";
  return {
    id: edgeId(link),
    type: "custom",
    source: link.source,
    sourceHandle: handleId(link.sourceHandle),
    target: link.target,
    targetHandle: link.targetHandle || TARGET,
    data: {
      sourceType: source.data.type,
      targetType: target.data.type,
      isInIteration,
      isInLoop,
      ...(isInIteration ? { iteration_id: container.id } : {}),
      ...(isInLoop ? { loop_id: container.id } : {}),
    },
    zIndex: container ? 1002 : 0,
  };
}

export type Connected = { document: FlowDocument; edgeId: string; refusal?: undefined } | { refusal: Refusal };

/** Draw an edge, or tell why not. The document is not changed in the second case. */
export function connect(document: FlowDocument, link: Link, types: NodeTypes): Connected {
  const refusal = whyNot(document, link, types);
  if (refusal) return { refusal };
  const nodes = nodesById(document);
  const source = nodes.get(link.source)!;
  const edge = makeEdge(source, nodes.get(link.target)!, link, parentOf(document, source));
  return { document: withGraph(document, document.graph.nodes, [...document.graph.edges, edge]), edgeId: edge.id };
}

/** Move either end of an edge. */
export function reconnect(document: FlowDocument, oldEdgeId: string, link: Link, types: NodeTypes): Connected {
  const refusal = whyNot(document, link, types, oldEdgeId);
  if (refusal) return { refusal };
  return connect(removeEdges(document, [oldEdgeId]), link, types);
}

export function removeEdges(document: FlowDocument, ids: Iterable<string>): FlowDocument {
  const gone = new Set(ids);
  return withGraph(
    document,
    document.graph.nodes,
    document.graph.edges.filter((edge) => !gone.has(edge.id)),
  );
}
