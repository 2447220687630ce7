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
export const CONTAINER_SIZE: Size = { width: 424, height: 232 };
export const START_SIZE: Size = { width: 48, height: 48 };
export const NOTE_SIZE: Size = { width: 240, height: 96 };

/** What app files call a note. */
export const NOTE = "custom-note";
export const SOURCE = "source";
export const TARGET = "target";
export const FAIL = "fail-branch";
/** What old files call the success handle of a node with a fail branch. */
export const OLD_SUCCESS = "success-branch";

const CONTAINERS = new Set(["iteration", "loop"]);
const INNER_STARTS = new Set(["iteration-start", "loop-start"]);

export const isContainer = (type: string): boolean => CONTAINERS.has(type);
export const isInnerStart = (type: string): boolean => INNER_STARTS.has(type);

/** A node that begins a flow (or the inside of a container): nothing may lead into it. */
export const isRoot = (type: string): boolean =>
  type === "start" || type === "datasource" || type.startsWith("trigger-") || INNER_STARTS.has(type);

/** Nodes that the runtime does not know: notes and drawings. */
export const isDecoration = (node: FlowNode): boolean => node.type === NOTE || !node.data.type;
/** A titled area around steps: a note to every other program. */
export const isFrame = (node: FlowNode): boolean => node.type === NOTE && node.data.frame === true;

/** The user cannot remove these one by one: a flow needs its start, a container its inner start. */
export const isFixed = (type: string): boolean => type === "start" || INNER_STARTS.has(type);

/** The object without some of its keys. */
export function omit<T extends object, K extends string>(value: T, ...keys: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

export const snap = (value: number): number => Math.round(value / GRID) * GRID;
export const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

let lastId = 0;

/** Give an id that no node of this tab has had: a 13-digit millisecond stamp that only rises. */
export function newNodeId(): string {
  lastId = Math.max(Date.now(), lastId + 1);
  return String(lastId);
}

const positive = (value: unknown): number | undefined => (typeof value === "number" && value > 0 ? value : undefined);

function usualSize(node: FlowNode): Size {
  if (isContainer(node.data.type)) return CONTAINER_SIZE;
  if (isInnerStart(node.data.type)) return START_SIZE;
  return isDecoration(node) ? NOTE_SIZE : { width: NODE_WIDTH, height: NODE_HEIGHT };
}

/** As the file says, or as the studio draws it. The cards of steps have a width of their own here. */
export function sizeOf(node: FlowNode): Size {
  const usual = usualSize(node);
  if (isInnerStart(node.data.type)) return usual;
  return {
    width: usual.width === NODE_WIDTH ? NODE_WIDTH : (positive(node.width) ?? positive(node.data.width) ?? usual.width),
    height: positive(node.height) ?? positive(node.data.height) ?? usual.height,
  };
}

/** Where a type is wanted: in a container of a type, or in place of a node of a type. */
export interface Wanted {
  container?: string;
  replaced?: string;
}

/**
 * Types that a person may add to an app of this mode: `start` only while the flow has none, what ends a
 * loop only in a loop, what ends the flow only outside of containers.
 */
export function addableTypes(types: NodeTypes, mode: AppMode, document: FlowDocument, { container, replaced }: Wanted = {}): NodeType[] {
  const hasStart = document.graph.nodes.some((node) => node.data.type === "start");
  return Object.values(types).filter(({ type, addable, modes }) => {
    if (!modes.includes(mode) || (type === "start" && (hasStart || container))) return false;
    if (type === "loop-end") return container === "loop" && type !== replaced;
    if (type === "end" && container) return false;
    return addable && !(replaced && (type === replaced || isContainer(type) || isRoot(type)));
  });
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
