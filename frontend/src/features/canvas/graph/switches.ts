import type { FlowDocument, FlowNode } from "@/api/types";
import { isContainer, isDecoration, isFixed, omit, withGraph } from "./model";

/** What stands in for the execution of a node: its outputs and, of a branching one, the exit that is taken. */
export interface Pinned {
  outputs: Record<string, unknown>;
  handle?: string;
}

/** The start of a flow, and what begins and ends rounds, cannot be left out. */
export const canSwitch = (node: FlowNode): boolean => !isFixed(node.data.type) && node.data.type !== "loop-end" && !isDecoration(node);
/** Whether a node can become another type at all. */
export const canChangeType = (node: FlowNode): boolean =>
  !isFixed(node.data.type) && !isContainer(node.data.type) && node.type !== "custom-note";
/** What a flow shows is put together anew in each run. */
export const canPin = (node: FlowNode): boolean => canSwitch(node) && node.data.type !== "end" && node.data.type !== "answer";

function changed(document: FlowDocument, ids: Iterable<string>, change: (node: FlowNode) => FlowNode["data"] | null): FlowDocument {
  const chosen = new Set(ids);
  let any = false;
  const nodes = document.graph.nodes.map((node) => {
    const data = chosen.has(node.id) && canSwitch(node) ? change(node) : null;
    if (data) any = true;
    return data ? { ...node, data } : node;
  });
  return any ? withGraph(document, nodes, document.graph.edges) : document;
}

/** Disable nodes, or enable them when all of them are disabled. A disabled node is passed by. */
export function toggleDisabled(document: FlowDocument, ids: readonly string[]): FlowDocument {
  const all = document.graph.nodes.filter((node) => ids.includes(node.id) && canSwitch(node)).every((node) => node.data.disabled === true);
  return changed(document, ids, ({ data }) => (all ? (omit(data, "disabled") as FlowNode["data"]) : { ...data, disabled: true }));
}

/** Keep given outputs of nodes, which then are not executed any more. */
export function pin(document: FlowDocument, values: Readonly<Record<string, Pinned>>): FlowDocument {
  return changed(document, Object.keys(values), ({ id, data }) => ({ ...data, pinned: values[id] }));
}

export function unpin(document: FlowDocument, ids: readonly string[]): FlowDocument {
  return changed(document, ids, ({ data }) => (data.pinned === undefined ? null : (omit(data, "pinned") as FlowNode["data"])));
}
