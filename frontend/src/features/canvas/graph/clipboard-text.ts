import { parse, stringify } from "yaml";
import type { AppMode, FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { forClipboard, type Fragment, insertFragment, type Pasted } from "./clipboard";
import type { NodeTypes, Point } from "./model";

export type PasteProblem = "empty" | "not_yaml" | "foreign" | "no_nodes";

/** Write nodes as YAML that a person can read, with nothing that only the canvas needs. */
export const copyToYaml = (document: FlowDocument, ids: Iterable<string>): string =>
  stringify(forClipboard(document, ids), { lineWidth: 0, aliasDuplicateObjects: false });

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

export function pasteFromYaml(
  document: FlowDocument,
  text: string,
  at: Point,
  types: NodeTypes,
  mode: AppMode,
  containerId?: string,
): Pasted | PasteProblem {
  const fragment = readFragment(text);
  return typeof fragment === "string" ? fragment : insertFragment(document, fragment, at, types, mode, containerId);
}
