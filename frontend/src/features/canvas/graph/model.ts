import type { AppMode, FlowDocument, FlowEdge, FlowNode, NodeType } from "@/api/types";

/** Node types of the backend by their type name. */
export type NodeTypes = Readonly<Record<string, NodeType>>;

export interface Point {
  x: number;
  y: number;
}
export interface Size {
  width: number;
  height: number;
}

export interface Link {
  source: string;
  target: string;
  sourceHandle?: string | null;
  targetHandle?: string | null;
}

export type RefusalCode =
  | "cycle"
  | "into_start"
  | "out_of_end"
  | "duplicate"
  | "self"
  | "crosses_container"
  | "missing_node"
  | "missing_handle";

/** Why a connection is not allowed. Worded by the i18n key `canvas:refusal.<code>` with `params`. */
export interface Refusal {
  code: RefusalCode;
  params: Record<string, string>;
}

export const GRID = 8;
export const NODE_WIDTH = 256;
export const NODE_HEIGHT = 96;
export const GAP_X = 72;
/** Leaves room for what a run shows below a card. */
export const GAP_Y = 64;

export const SOURCE = "source";
export const TARGET = "target";
export const FAIL = "fail-branch";
/** What old files call the success handle of a node with a fail branch. */
export const OLD_SUCCESS = "success-branch";

const CONTAINERS = new Set(["iteration", "loop"]);
const INNER_STARTS = new Set(["iteration-start", "loop-start"]);

export const isContainer = (type: string): boolean => CONTAINERS.has(type);

/** A node that begins a flow (or the inside of a container): nothing may lead into it. */
export const isRoot = (type: string): boolean =>
  type === "start" || type === "datasource" || type.startsWith("trigger-") || INNER_STARTS.has(type);

/** Nodes that the runtime does not know: notes and drawings. */
export const isDecoration = (node: FlowNode): boolean => node.type === "custom-note" || !node.data.type;

/** The user cannot remove these one by one: a flow needs its start, a container its inner start. */
export const isFixed = (type: string): boolean => type === "start" || INNER_STARTS.has(type);

export const snap = (value: number): number => Math.round(value / GRID) * GRID;

let lastId = 0;

/** Give an id that no node of this tab has had: a 13-digit millisecond stamp that only rises. */
export function newNodeId(): string {
  lastId = Math.max(Date.now(), lastId + 1);
  return String(lastId);
}

export function sizeOf(node: FlowNode): Size {
  return { width: node.width ?? NODE_WIDTH, height: node.height ?? NODE_HEIGHT };
}

/** Types that a person may add to an app of this mode, `start` only while the flow has none. */
export function addableTypes(types: NodeTypes, mode: AppMode, document: FlowDocument): NodeType[] {
  const hasStart = document.graph.nodes.some((node) => node.data.type === "start");
  return Object.values(types).filter((type) => type.addable && type.modes.includes(mode) && !(type.type === "start" && hasStart));
}

export function withGraph(document: FlowDocument, nodes: FlowNode[], edges: FlowEdge[]): FlowDocument {
  return { ...document, graph: { ...document.graph, nodes, edges } };
}

/** Title for a new node that no other node has: «LLM», «LLM 2», … */
export function freeTitle(document: FlowDocument, wanted: string): string {
  const taken = new Set(document.graph.nodes.map((node) => node.data.title));
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, "");
  for (let count = 2; ; count += 1) {
    const title = `${stem} ${count}`;
    if (!taken.has(title)) return title;
  }
}
