/** How two flow documents of one app differ. Pure. Where steps stand and how large they are does not count. */
import type { FlowDocument, FlowEdge, FlowNode } from "@/api/types";
import { isInnerStart } from "../graph/model";
import { nodesById, readingOrder } from "../graph/structure";
import { edgeKey, overlaid } from "./overlay";
import { type FieldChange, isRecord, type Json, same, valueChanges } from "./value-diff";

export type Change = "added" | "removed" | "changed";
export const VARIABLE_LISTS = ["environment_variables", "conversation_variables"] as const;
export type VariableList = (typeof VARIABLE_LISTS)[number];

/** `id` is unique among the changes of one comparison. */
interface Known {
  id: string;
  change: Change;
}
export interface NodeChange extends Known {
  of: "node";
  nodeId: string;
  before?: FlowNode;
  after?: FlowNode;
  /** Of a changed node; paths count from its `data`. */
  fields: FieldChange[];
  /** It is in another container now. */
  moved: boolean;
}
export interface EdgeChange extends Known {
  of: "edge";
  edge: FlowEdge;
  /** Where it begins, as it was when the edge was there. */
  from?: FlowNode;
  /** Both its ends are in both documents: it is a change of its own. */
  own: boolean;
}
export interface VariableChange extends Known {
  of: "variable";
  list: VariableList;
  name: string;
  before?: Json;
  after?: Json;
  fields: FieldChange[];
}
/** Features, and the settings of an app without a drawing; paths count from the document. */
export interface SettingChange extends Known {
  of: "setting";
  fields: [FieldChange];
}
export type FlowChange = NodeChange | EdgeChange | VariableChange | SettingChange;

/** Where a node is drawn and what the studio remembers of it; `iteration_id` and its like repeat `parentId`. */
const LOOKS = new Set(["selected", "width", "height", "isInIteration", "isInLoop", "iteration_id", "loop_id"]);
const COMPARED = new Set<string>(["graph", ...VARIABLE_LISTS]);

/** List what became another, in the order in which a reader meets it: steps with what lies between them, variables, settings. */
export function flowDiff(before: FlowDocument, after: FlowDocument): FlowChange[] {
  return [
    ...stepChanges(before, after),
    ...VARIABLE_LISTS.flatMap((list) => variableChanges(before, after, list)),
    ...settingChanges(before, after),
  ];
}

const isDrawn = (document: FlowDocument): boolean => Array.isArray(document.graph?.nodes);

function stepChanges(before: FlowDocument, after: FlowDocument): FlowChange[] {
  if (!isDrawn(before) || !isDrawn(after)) return [];
  const nodes = nodeChanges(before, after);
  const edges = edgeChanges(before, after);
  const order = new Map(readingOrder(overlaid(before, after).document).map((id, at) => [id, at]));
  const place = (change: NodeChange | EdgeChange): number =>
    change.of === "node" ? (order.get(change.nodeId) ?? 0) : (order.get(change.edge.source) ?? 0) + 0.5;
  return [...nodes, ...edges].toSorted((a, b) => place(a) - place(b));
}

export function nodeChanges(before: FlowDocument, after: FlowDocument): NodeChange[] {
  const [then, now] = [nodesById(before), nodesById(after)];
  const ids = new Set([...now.keys(), ...then.keys()]);
  return [...ids].flatMap((nodeId): NodeChange[] => {
    const [old, node] = [then.get(nodeId), now.get(nodeId)];
    if (isInnerStart((node ?? old)!.data.type)) return [];
    const change: Change = !old ? "added" : node ? "changed" : "removed";
    const fields = old && node ? valueChanges(settingsOf(old), settingsOf(node)) : [];
    const moved = old !== undefined && node !== undefined && (old.parentId ?? null) !== (node.parentId ?? null);
    if (change === "changed" && !fields.length && !moved) return [];
    return [{ of: "node", id: `node:${nodeId}`, nodeId, change, before: old, after: node, fields, moved }];
  });
}

const settingsOf = (node: FlowNode): Json =>
  Object.fromEntries(Object.entries(node.data).filter(([key]) => !LOOKS.has(key) && !key.startsWith("_")));

export function edgeChanges(before: FlowDocument, after: FlowDocument): EdgeChange[] {
  const [then, now] = [before, after].map((document) => new Map(document.graph.edges.map((edge) => [edgeKey(edge), edge])));
  const [nodesThen, nodesNow] = [nodesById(before), nodesById(after)];
  const inBoth = (id: string): boolean => nodesThen.has(id) && nodesNow.has(id);
  const told = (key: string, edge: FlowEdge, change: Change): EdgeChange => ({
    of: "edge",
    id: `edge:${key}`,
    change,
    edge,
    from: (change === "added" ? nodesNow : nodesThen).get(edge.source),
    own: inBoth(edge.source) && inBoth(edge.target),
  });
  return [
    ...[...now!].filter(([key]) => !then!.has(key)).map(([key, edge]) => told(key, edge, "added")),
    ...[...then!].filter(([key]) => !now!.has(key)).map(([key, edge]) => told(key, edge, "removed")),
  ];
}

const rows = (document: FlowDocument, list: VariableList): Json[] => (document[list] ?? []).filter(isRecord);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Variables are known by their ids, or by their names where they have none. */
export const isVariable = (row: Json, other: Json): boolean =>
  text(row.id) && text(other.id) ? row.id === other.id : text(row.name) !== "" && row.name === other.name;

function variableChanges(before: FlowDocument, after: FlowDocument, list: VariableList): VariableChange[] {
  const [then, now] = [rows(before, list), rows(after, list)];
  const told = (change: Change, row: Json, more: Partial<VariableChange>): VariableChange => ({
    of: "variable",
    id: `${list}:${text(row.id) || text(row.name)}`,
    change,
    list,
    name: text(row.name),
    fields: [],
    ...more,
  });
  return [
    ...now.flatMap((row) => {
      const old = then.find((one) => isVariable(one, row));
      if (!old) return [told("added", row, { after: row })];
      return same(old, row) ? [] : [told("changed", row, { before: old, after: row, fields: valueChanges(old, row) })];
    }),
    ...then.filter((old) => !now.some((row) => isVariable(old, row))).map((old) => told("removed", old, { before: old })),
  ];
}

function settingChanges(before: FlowDocument, after: FlowDocument): SettingChange[] {
  const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter((key) => !COMPARED.has(key));
  return keys
    .flatMap((key) => valueChanges(before[key], after[key], [key]))
    .map((field) => ({ of: "setting", id: `setting:${field.path.join("/")}`, change: "changed", fields: [field] }));
}
