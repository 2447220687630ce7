import type { AppMode, FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { handleId, makeEdge } from "./connect";
import { fitted, placed, staysOutside, withStart } from "./containers";
import {
  freeTitle,
  isContainer,
  isDecoration,
  isFixed,
  isInnerStart,
  newNodeId,
  type NodeTypes,
  type Point,
  snap,
  TARGET,
  withGraph,
  omit,
} from "./model";
import { withMembers } from "./frames";
import { referencedIds, repoint } from "./references";
import { absoluteOf, descendantsOf, nodeById } from "./structure";

export interface Fragment {
  nodes: FlowNode[];
  edges: FlowEdge[];
}
/** `skipped` counts nodes left out, by reason; `dangling` are references to nodes that this app does not have. */
export interface Pasted {
  document: FlowDocument;
  ids: string[];
  skipped: { type: string; title: string; reason: "second_start" | "unknown_type" | "wrong_mode" }[];
  dangling: number;
}
type Raw = Record<string, unknown>;

const FORMAT = "nodes/1";

/** Nodes with the children of containers among them, and the edges that run inside. Out of their container, children stand on the canvas itself. */
export function fragmentOf(document: FlowDocument, ids: Iterable<string>): Fragment {
  const chosen = descendantsOf(document, withMembers(document, ids));
  const alone = (node: FlowNode): boolean => node.parentId !== undefined && !chosen.has(node.parentId);
  for (const node of document.graph.nodes) if (alone(node) && isInnerStart(node.data.type)) chosen.delete(node.id);
  return {
    nodes: document.graph.nodes
      .filter((node) => chosen.has(node.id))
      .map((node) => {
        if (!alone(node)) return node;
        const { x, y } = absoluteOf(document, node);
        return placed(node, undefined, { x, y });
      }),
    edges: document.graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/** Nodes as they are copied: nothing that only the canvas needs. */
export function forClipboard(document: FlowDocument, ids: Iterable<string>): Raw {
  const { nodes, edges } = fragmentOf(document, ids);
  return {
    tidemill: FORMAT,
    nodes: nodes.map(({ id, type, position, parentId, width, height, data }) => ({
      id,
      ...(type && type !== "custom" ? { type } : {}),
      position: { x: Math.round(position.x), y: Math.round(position.y) },
      ...(parentId ? { parentId } : {}),
      ...(width && height && (type !== "custom" || isContainer(data.type)) ? { width, height } : {}),
      data,
    })),
    edges: edges.map(({ source, sourceHandle, target }) => ({
      source,
      ...(sourceHandle && sourceHandle !== "source" ? { sourceHandle } : {}),
      target,
    })),
  };
}

/** New ids for nodes; the start of a container's rounds is named after the container. */
function newIds(nodes: readonly FlowNode[]): Map<string, string> {
  const ids = new Map(nodes.map((node) => [node.id, newNodeId()]));
  for (const node of nodes) {
    const container = isInnerStart(node.data.type) && node.parentId ? ids.get(node.parentId) : undefined;
    if (container) ids.set(node.id, `${container}start`);
  }
  return ids;
}

/**
 * Put copies of nodes on the canvas with new ids; references among them follow, the top left corner comes
 * to `at`. With `containerId` they go into that container.
 */
export function insertFragment(
  before: FlowDocument,
  fragment: Fragment,
  at: Point,
  types: NodeTypes,
  mode: AppMode,
  containerId?: string,
): Pasted {
  const document = containerId ? withStart(before, containerId) : before;
  const container = containerId ? nodeById(document, containerId) : undefined;
  const origin = container ? absoluteOf(document, container) : { x: 0, y: 0 };
  const skipped: Pasted["skipped"] = [];
  const hasStart = document.graph.nodes.some((node) => node.data.type === "start");
  const known = new Set(fragment.nodes.map((node) => node.id));
  const nodes = fragment.nodes.filter((node) => {
    if (isInnerStart(node.data.type) && !known.has(node.parentId ?? "")) return false;
    const reason = whyLeftOut(node, hasStart, types, mode);
    if (reason) skipped.push({ type: node.data.type, title: node.data.title ?? node.data.type, reason });
    return !reason;
  });
  const ids = newIds(nodes);
  const kept = nodes.filter((node) => !node.parentId || ids.has(node.parentId));
  const outer = kept.filter((node) => !node.parentId);
  const left = Math.min(...outer.map((node) => node.position.x));
  const top = Math.min(...outer.map((node) => node.position.y));
  let titled = document;
  const copies = kept.map((node): FlowNode => {
    const data = repoint(node.data, ids) as FlowNode["data"];
    const title = isFixed(data.type) || isDecoration(node) ? data.title : freeTitle(titled, data.title || data.type);
    const bare = omit(node, "selected", "positionAbsolute") as FlowNode;
    const copy: FlowNode = { ...bare, id: ids.get(node.id)!, data: { ...data, title, selected: false } };
    const home = container && !staysOutside(data.type) ? container : undefined;
    const base = home ? origin : { x: 0, y: 0 };
    const placedCopy = node.parentId
      ? { ...copy, parentId: ids.get(node.parentId) }
      : placed(copy, home, { x: snap(at.x - base.x) + node.position.x - left, y: snap(at.y - base.y) + node.position.y - top });
    titled = withGraph(titled, [...titled.graph.nodes, placedCopy], titled.graph.edges);
    return placedCopy;
  });
  const result = withGraph(
    document,
    [...document.graph.nodes, ...copies],
    [...document.graph.edges, ...copiedEdges(fragment, ids, copies, container)],
  );
  const exists = (id: string): boolean => known.has(id) || nodeById(result, id) !== undefined;
  const dangling = new Set(copies.flatMap((copy) => [...referencedIds(copy.data, exists)].filter((id) => !nodeById(result, id))));
  return { document: fitted(result, containerId, true), ids: copies.map((copy) => copy.id), skipped, dangling: dangling.size };
}

function copiedEdges(fragment: Fragment, ids: ReadonlyMap<string, string>, copies: readonly FlowNode[], container?: FlowNode): FlowEdge[] {
  const nodes = new Map([...(container ? [container] : []), ...copies].map((node) => [node.id, node]));
  return fragment.edges.flatMap((edge) => {
    const source = nodes.get(ids.get(edge.source) ?? "");
    const target = nodes.get(ids.get(edge.target) ?? "");
    if (!source || !target || source.parentId !== target.parentId) return [];
    const link = {
      source: source.id,
      sourceHandle: handleId(edge.sourceHandle),
      target: target.id,
      targetHandle: edge.targetHandle || TARGET,
    };
    const made = makeEdge(source, target, link, nodes.get(source.parentId ?? ""));
    const data = omit((repoint(edge.data ?? {}, ids) ?? {}) as Raw, "iteration_id", "loop_id");
    return [{ ...edge, ...made, data: { ...data, ...made.data } }];
  });
}

function whyLeftOut(node: FlowNode, hasStart: boolean, types: NodeTypes, mode: AppMode): Pasted["skipped"][number]["reason"] | null {
  if (isDecoration(node)) return null;
  if (node.data.type === "start") return hasStart ? "second_start" : null;
  const type = types[node.data.type];
  if (!type) return "unknown_type";
  return type.modes.includes(mode) ? null : "wrong_mode";
}

/** Copy nodes beside themselves, into the container that they are all in. */
export function duplicate(document: FlowDocument, ids: Iterable<string>, types: NodeTypes, mode: AppMode): Pasted {
  const chosen = new Set(ids);
  const fragment = fragmentOf(document, chosen);
  const outer = fragment.nodes.filter((node) => !node.parentId);
  const at = { x: Math.min(...outer.map((node) => node.position.x)) + 32, y: Math.min(...outer.map((node) => node.position.y)) + 48 };
  const homes = new Set(outer.map((node) => nodeById(document, node.id)?.parentId));
  return insertFragment(document, fragment, at, types, mode, homes.size === 1 ? [...homes][0] : undefined);
}
