import type { FlowDocument, FlowNode } from "@/api/types";
import { nodeById, readingOrder } from "../graph/structure";
import { notePlain } from "../notes/note-text";
import type { RunView, StepView } from "../run-reducer";

/** Where a hit was found: in the title, in a setting (by its key) or in a value of the last run (by its name). */
export interface Place {
  kind: "title" | "setting" | "input" | "output";
  name: string;
}
export interface Hit {
  nodeId: string;
  place: Place;
  /** Text around the hit; `at` and `length` tell where it is in it. */
  excerpt: string;
  at: number;
  length: number;
}

const AROUND = 36;
const PER_NODE = 5;
const LONGEST = 200_000;
/** Settings that nobody wrote. */
const SILENT = new Set([
  "type",
  "selected",
  "iteration_id",
  "loop_id",
  "start_node_id",
  "id",
  "theme",
  "variable_selector",
  "value_selector",
]);

const fold = (text: string): string => text.toLowerCase();

function excerptOf(text: string, at: number, length: number): Pick<Hit, "excerpt" | "at" | "length"> {
  const from = Math.max(0, at - AROUND);
  const to = Math.min(text.length, at + length + AROUND);
  const before = `${from > 0 ? "…" : ""}${text.slice(from, at)}`.replace(/\s+/g, " ");
  const after = `${text.slice(at + length, to)}${to < text.length ? "…" : ""}`.replace(/\s+/g, " ");
  return { excerpt: before + text.slice(at, at + length) + after, at: before.length, length };
}

/** Every text in a value, with the key nearest to it. */
function* texts(value: unknown, key: string): Generator<[key: string, text: string]> {
  if (typeof value === "string") yield [key, value];
  else if (typeof value === "number") yield [key, String(value)];
  else if (Array.isArray(value)) for (const item of value) yield* texts(item, key);
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) if (!SILENT.has(name)) yield* texts(item, name);
  }
}

/** The last execution of each node. */
function lastSteps(run: RunView): Map<string, StepView> {
  return new Map(run.trace.map((step) => [step.nodeId, step]));
}

function* sources(node: FlowNode, step: StepView | undefined): Generator<[Place, string]> {
  const { title, text, ...settings } = node.data;
  yield [{ kind: "title", name: "" }, title];
  if (node.type === "custom-note") yield [{ kind: "setting", name: "text" }, notePlain(text)];
  else for (const [name, found] of texts({ text, ...settings }, "")) yield [{ kind: "setting", name }, found];
  if (!step) return;
  for (const [name, found] of texts(step.inputs, "")) yield [{ kind: "input", name }, found];
  for (const [name, found] of texts(step.outputs, "")) yield [{ kind: "output", name }, found];
}

/** Find a text in titles, prompts, code and all other settings, and in the values of the last run; in reading order. */
export function searchFlow(document: FlowDocument, run: RunView, query: string): Hit[] {
  const wanted = fold(query.trim());
  if (!wanted) return [];
  const steps = lastSteps(run);
  const hits: Hit[] = [];
  for (const id of readingOrder(document)) {
    const node = nodeById(document, id)!;
    let count = 0;
    for (const [place, text] of sources(node, steps.get(id))) {
      const at = fold(text.slice(0, LONGEST)).indexOf(wanted);
      if (at === -1) continue;
      hits.push({ nodeId: id, place, ...excerptOf(text, at, wanted.length) });
      count += 1;
      if (count === PER_NODE) break;
    }
  }
  return hits;
}
