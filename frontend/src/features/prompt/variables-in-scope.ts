/**
 * Which variables a node may use. Pure: the document and the node types in, groups from near to far out.
 * Every variable of the flow is listed; what cannot be used comes last and carries the reason.
 */
import type { AppMode, FlowDocument, FlowEdge, FlowNode, NodeType } from "@/api/types";
import { containerVariables, outputsOf, type Variable, variable } from "./node-outputs";

export type Blocked =
  | { code: "runs_after" | "same_node" | "not_connected" | "read_only" }
  | { code: "wrong_type"; type: string; wanted: string };

export interface VariableGroup {
  /** Node id, or `conversation`, `env`, `sys`. */
  id: string;
  kind: "node" | "conversation" | "env" | "sys";
  title: string;
  nodeType: string | null;
  /** Steps back from the asking node; Infinity for what is not upstream. */
  distance: number;
  blocked: Blocked | null;
  variables: Variable[];
}

export interface ScopeInput {
  document: FlowDocument;
  nodeTypes: Readonly<Record<string, NodeType>>;
  mode: AppMode;
  /** The node that asks; null lists everything as usable. */
  nodeId: string | null;
  /** A container asks for what its rounds have: its own variables and those of the nodes in it. */
  inside?: boolean;
}

const SYSTEM: Record<"chat" | "workflow", [string, string][]> = {
  chat: [
    ["query", "string"],
    ["files", "array[file]"],
    ["conversation_id", "string"],
    ["dialogue_count", "number"],
    ["user_id", "string"],
    ["app_id", "string"],
    ["workflow_id", "string"],
    ["workflow_run_id", "string"],
  ],
  workflow: [
    ["files", "array[file]"],
    ["user_id", "string"],
    ["app_id", "string"],
    ["workflow_id", "string"],
    ["workflow_run_id", "string"],
  ],
};

export function systemVariables(mode: AppMode): Variable[] {
  return SYSTEM[mode === "workflow" ? "workflow" : "chat"].map(([name, type]) => variable(["sys", name], type));
}

/** Steps back from `nodeId` to each node that runs before it. A node in a container also sees what runs before the container. */
export function upstream(nodes: readonly FlowNode[], edges: readonly FlowEdge[], nodeId: string): Map<string, number> {
  return walk(edges, nodeId, "source", parents(nodes));
}

function downstream(edges: readonly FlowEdge[], nodeId: string): Map<string, number> {
  return walk(edges, nodeId, "target", new Map());
}

function walk(
  edges: readonly FlowEdge[],
  start: string,
  towards: "source" | "target",
  parent: ReadonlyMap<string, string>,
): Map<string, number> {
  const from = towards === "source" ? "target" : "source";
  const neighbours = new Map<string, string[]>();
  for (const edge of edges) {
    const list = neighbours.get(edge[from]);
    if (list) list.push(edge[towards]);
    else neighbours.set(edge[from], [edge[towards]]);
  }
  const found = new Map<string, number>();
  const queue: [string, number][] = [[start, 0]];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const [id, distance] = next;
    const container = parent.get(id);
    for (const other of [...(neighbours.get(id) ?? []), ...(container ? [container] : [])]) {
      if (found.has(other)) continue;
      found.set(other, distance + 1);
      queue.push([other, distance + 1]);
    }
  }
  return found;
}

function parents(nodes: readonly FlowNode[]): Map<string, string> {
  return new Map(nodes.flatMap((node) => (node.parentId ? [[node.id, node.parentId] as const] : [])));
}

export function variablesInScope({ document, nodeTypes, mode, nodeId, inside: rounds = false }: ScopeInput): VariableGroup[] {
  const { nodes, edges } = document.graph;
  const before = nodeId ? upstream(nodes, edges, nodeId) : null;
  const after = nodeId ? downstream(edges, nodeId) : null;
  const container = nodeId ? nodes.find((node) => node.id === nodeId)?.parentId : undefined;
  const groups: VariableGroup[] = [];
  for (const node of nodes) {
    const inside = node.id === container || (rounds && node.id === nodeId);
    const child = rounds && node.parentId === nodeId;
    const variables = inside ? containerVariables(node) : outputsOf(node, nodeTypes[node.data.type]);
    if (variables.length === 0) continue;
    const distance = child || (inside && node.id === nodeId) ? 0 : before ? (before.get(node.id) ?? Number.POSITIVE_INFINITY) : 0;
    let blocked: Blocked | null = null;
    if (child || (inside && node.id === nodeId)) blocked = null;
    else if (node.id === nodeId) blocked = { code: "same_node" };
    else if (after?.has(node.id)) blocked = { code: "runs_after" };
    else if (before && !before.has(node.id)) blocked = { code: "not_connected" };
    groups.push({ id: node.id, kind: "node", title: node.data.title || node.id, nodeType: node.data.type, distance, blocked, variables });
  }
  groups.sort((a, b) => compare(a.distance, b.distance));
  const global = (kind: "conversation" | "env" | "sys", variables: Variable[]) => {
    if (variables.length)
      groups.push({ id: kind, kind, title: kind, nodeType: null, distance: Number.POSITIVE_INFINITY, blocked: null, variables });
  };
  global("conversation", declared(document.conversation_variables, "conversation"));
  global("env", declared(document.environment_variables, "env"));
  global("sys", systemVariables(mode));
  return [...groups.filter((group) => !group.blocked), ...groups.filter((group) => group.blocked)];
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function declared(rows: Record<string, unknown>[] | undefined, scope: string): Variable[] {
  return (rows ?? []).flatMap((row) => {
    const name = typeof row.name === "string" ? row.name : "";
    const type = typeof row.value_type === "string" ? row.value_type : "string";
    return name ? [variable([scope, name], type, [], typeof row.description === "string" ? row.description : "")] : [];
  });
}

/** The groups with everything blocked that cannot be given another value; `container`: the loop around the asking node. */
export function changeable(groups: readonly VariableGroup[], container: string | undefined): VariableGroup[] {
  const can = (group: VariableGroup) => group.kind === "conversation" || (group.id === container && group.nodeType === "loop");
  const fixed = groups
    .filter((group) => !can(group))
    .map((group): VariableGroup => ({ ...group, blocked: group.blocked ?? { code: "read_only" } }));
  return [...groups.filter(can), ...fixed];
}

/** Find a variable by its selector, into structured outputs; null when it does not exist. */
export function findVariable(
  groups: readonly VariableGroup[],
  selector: readonly string[],
): { group: VariableGroup; variable: Variable } | null {
  const group = groups.find((candidate) => candidate.id === selector[0]);
  if (!group) return null;
  let level = group.variables;
  let found: Variable | undefined;
  for (let depth = 1; depth < selector.length; depth += 1) {
    found = level.find((candidate) => candidate.selector.at(-1) === selector[depth]);
    if (!found) return null;
    if (found.open && depth < selector.length - 1 && found.children.length === 0) return { group, variable: found };
    level = found.children;
  }
  return found ? { group, variable: found } : null;
}

/** Tell whether a variable of `type` may stand where one of `wanted` is asked for. No `wanted`: anything goes. */
export function typeFits(type: string, wanted: readonly string[] | undefined): boolean {
  if (!wanted || wanted.length === 0 || type === "any" || wanted.includes("any")) return true;
  const plain = normalType(type);
  return wanted.some((candidate) => {
    const want = normalType(candidate);
    if (want === plain) return true;
    if (want === "array" || want === "array[any]") return plain.startsWith("array");
    if (plain === "array" || plain === "array[any]") return want.startsWith("array");
    return want === "string" && plain === "secret";
  });
}

/** One spelling of a type: `integer` and `float` are numbers, case and blanks do not count. */
export function normalType(type: string): string {
  const plain = type.trim().toLowerCase().replace(/\s+/g, "");
  if (plain === "integer" || plain === "float") return "number";
  if (plain === "bool") return "boolean";
  if (plain === "arrayfile") return "array[file]";
  return plain;
}

/** Why a variable cannot be taken here, null when it can. */
export function whyBlocked(group: VariableGroup, candidate: Variable, wanted: readonly string[] | undefined): Blocked | null {
  if (group.blocked) return group.blocked;
  if (typeFits(candidate.type, wanted)) return null;
  return { code: "wrong_type", type: candidate.type, wanted: (wanted ?? []).join(" | ") };
}
