import { parse, stringify } from "yaml";
import type { AppMode, FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { edgeId, handleId } from "./connect";
import { freeTitle, isDecoration, isFixed, newNodeId, type NodeTypes, type Point, snap, TARGET, withGraph } from "./model";
import { referencedIds, repoint } from "./references";
import { nodeById } from "./structure";

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
export type PasteProblem = "empty" | "not_yaml" | "foreign" | "no_nodes";

const FORMAT = "nodes/1";

/** Nodes with the children of containers among them, and the edges that run inside. */
export function fragmentOf(document: FlowDocument, ids: Iterable<string>): Fragment {
  const chosen = new Set(ids);
  for (const node of document.graph.nodes) if (node.parentId && chosen.has(node.parentId)) chosen.add(node.id);
  return {
    nodes: document.graph.nodes.filter((node) => chosen.has(node.id)),
    edges: document.graph.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  };
}

/** Write nodes as YAML that a person can read, with nothing that only the canvas needs. */
export function copyToYaml(document: FlowDocument, ids: Iterable<string>): string {
  const { nodes, edges } = fragmentOf(document, ids);
  return stringify(
    {
      tidemill: FORMAT,
      nodes: nodes.map(({ id, type, position, parentId, width, height, data }) => ({
        id,
        ...(type && type !== "custom" ? { type } : {}),
        position: { x: Math.round(position.x), y: Math.round(position.y) },
        ...(parentId ? { parentId, width, height } : {}),
        data,
      })),
      edges: edges.map(({ source, sourceHandle, target }) => ({
        source,
        ...(sourceHandle && sourceHandle !== "source" ? { sourceHandle } : {}),
        target,
      })),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

type Raw = Record<string, unknown>;
const isObject = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

function isNode(value: unknown): value is FlowNode {
  return isObject(value) && typeof value.id === "string" && isObject(value.data) && typeof value.data.type === "string";
}

const isEdge = (value: unknown): value is FlowEdge =>
  isObject(value) && typeof value.source === "string" && typeof value.target === "string";

/** Read nodes from clipboard text: our own YAML, or a whole app file. */
export function readFragment(text: string): Fragment | PasteProblem {
  if (!text.trim()) return "empty";
  let raw: unknown;
  try {
    raw = parse(text, { maxAliasCount: 100 });
  } catch {
    return "not_yaml";
  }
  if (!isObject(raw)) return "not_yaml";
  const flow = isObject(raw.workflow) && isObject(raw.workflow.graph) ? raw.workflow.graph : isObject(raw.graph) ? raw.graph : raw;
  if (!Array.isArray(flow.nodes)) return "no_nodes";
  const nodes = flow.nodes.filter(isNode);
  // Other programs' files also have a list called nodes, of another shape.
  if (!nodes.length) return flow.nodes.length ? "foreign" : "no_nodes";
  return {
    nodes: nodes.map((node) => ({
      ...node,
      position: isObject(node.position) ? { x: number(node.position.x), y: number(node.position.y) } : { x: 0, y: 0 },
    })),
    edges: Array.isArray(flow.edges) ? flow.edges.filter(isEdge) : [],
  };
}

/** Put copies of nodes on the canvas with new ids; references among them follow, the top left corner comes to `at`. */
export function insertFragment(document: FlowDocument, fragment: Fragment, at: Point, types: NodeTypes, mode: AppMode): Pasted {
  const skipped: Pasted["skipped"] = [];
  const hasStart = document.graph.nodes.some((node) => node.data.type === "start");
  const nodes = fragment.nodes.filter((node) => {
    const reason = whyLeftOut(node, hasStart, types, mode);
    if (reason) skipped.push({ type: node.data.type, title: node.data.title ?? node.data.type, reason });
    return !reason;
  });
  const ids = new Map(nodes.map((node) => [node.id, newNodeId()]));
  const kept = nodes.filter((node) => !node.parentId || ids.has(node.parentId));
  const outer = kept.filter((node) => !node.parentId);
  const left = Math.min(...outer.map((node) => node.position.x));
  const top = Math.min(...outer.map((node) => node.position.y));
  let titled = document;
  const copies = kept.map((node): FlowNode => {
    const data = repoint(node.data, ids) as FlowNode["data"];
    const title = isFixed(data.type) ? data.title : freeTitle(titled, data.title || data.type);
    const position = node.parentId ? node.position : { x: snap(at.x) + node.position.x - left, y: snap(at.y) + node.position.y - top };
    const copy: FlowNode = { ...node, id: ids.get(node.id)!, position, data: { ...data, title, selected: false } };
    if (node.parentId) copy.parentId = ids.get(node.parentId);
    delete copy.selected;
    delete copy.positionAbsolute;
    titled = withGraph(titled, [...titled.graph.nodes, copy], titled.graph.edges);
    return copy;
  });
  const edges = fragment.edges
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
    .map((edge): FlowEdge => {
      const moved = {
        ...edge,
        type: "custom",
        sourceHandle: handleId(edge.sourceHandle),
        targetHandle: edge.targetHandle || TARGET,
        source: ids.get(edge.source)!,
        target: ids.get(edge.target)!,
        data: repoint(edge.data ?? {}, ids) as Raw,
      };
      return { ...moved, id: edgeId(moved) };
    });
  const result = withGraph(document, [...document.graph.nodes, ...copies], [...document.graph.edges, ...edges]);
  const originals = new Set(fragment.nodes.map((node) => node.id));
  const known = (id: string): boolean => originals.has(id) || nodeById(result, id) !== undefined;
  const dangling = new Set(copies.flatMap((copy) => [...referencedIds(copy.data, known)].filter((id) => !nodeById(result, id))));
  return { document: result, ids: copies.map((copy) => copy.id), skipped, dangling: dangling.size };
}

function whyLeftOut(node: FlowNode, hasStart: boolean, types: NodeTypes, mode: AppMode): Pasted["skipped"][number]["reason"] | null {
  if (isDecoration(node)) return null;
  if (node.data.type === "start") return hasStart ? "second_start" : null;
  const type = types[node.data.type];
  if (!type) return "unknown_type";
  return type.modes.includes(mode) ? null : "wrong_mode";
}

export function pasteFromYaml(document: FlowDocument, text: string, at: Point, types: NodeTypes, mode: AppMode): Pasted | PasteProblem {
  const fragment = readFragment(text);
  return typeof fragment === "string" ? fragment : insertFragment(document, fragment, at, types, mode);
}

/** Copy nodes beside themselves. */
export function duplicate(document: FlowDocument, ids: Iterable<string>, types: NodeTypes, mode: AppMode): Pasted {
  const fragment = fragmentOf(document, ids);
  const outer = fragment.nodes.filter((node) => !node.parentId || !fragment.nodes.some((other) => other.id === node.parentId));
  const at = { x: Math.min(...outer.map((node) => node.position.x)) + 32, y: Math.min(...outer.map((node) => node.position.y)) + 48 };
  return insertFragment(document, fragment, at, types, mode);
}
