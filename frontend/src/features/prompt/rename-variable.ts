/** Rename a variable everywhere it is used: in texts and in selectors. Pure. */
import type { FlowDocument } from "@/api/types";
import { joinSegments, splitReferences } from "./reference";

export interface Renamed {
  document: FlowDocument;
  /** How many places pointed at the old name. */
  uses: number;
}

/** Point every use of `[nodeId, from, …]` at `[nodeId, to, …]`. What does not use it stays the same object. */
export function renameVariable(document: FlowDocument, nodeId: string, from: string, to: string): Renamed {
  const counter = { uses: 0 };
  const nodes = document.graph.nodes.map((node) => {
    const data = rename(node.data, { nodeId, from, to, counter }) as typeof node.data;
    return data === node.data ? node : { ...node, data };
  });
  if (counter.uses === 0) return { document, uses: 0 };
  return { document: { ...document, graph: { ...document.graph, nodes } }, uses: counter.uses };
}

/** How many places of the flow use a variable. */
export function countUses(document: FlowDocument, nodeId: string, name: string): number {
  return renameVariable(document, nodeId, name, name).uses;
}

interface Job {
  nodeId: string;
  from: string;
  to: string;
  counter: { uses: number };
}

function rename(value: unknown, job: Job): unknown {
  if (typeof value === "string") return renameInText(value, job);
  if (Array.isArray(value)) {
    if (value.length > 1 && value[0] === job.nodeId && value[1] === job.from && value.every((part) => typeof part === "string")) {
      job.counter.uses += 1;
      return [job.nodeId, job.to, ...value.slice(2)];
    }
    const items = value.map((item) => rename(item, job));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    const renamed = entries.map(([key, item]) => [key, rename(item, job)] as const);
    return renamed.some(([, item], index) => item !== entries[index]?.[1]) ? Object.fromEntries(renamed) : value;
  }
  return value;
}

function renameInText(text: string, job: Job): string {
  if (!text.includes("{{#")) return text;
  let found = false;
  const segments = splitReferences(text).map((segment) => {
    if (segment.kind === "text" || segment.selector[0] !== job.nodeId || segment.selector[1] !== job.from) return segment;
    found = true;
    job.counter.uses += 1;
    return { ...segment, selector: [job.nodeId, job.to, ...segment.selector.slice(2)] };
  });
  return found ? joinSegments(segments) : text;
}
