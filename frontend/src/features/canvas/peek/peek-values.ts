import type { FlowDocument } from "@/api/types";
import { shortValue } from "@/features/prompt/short-value";
import { isInnerStart } from "../graph/model";
import { nodeById } from "../graph/structure";
import type { RunView, StepView } from "../run-reducer";
import { type ChosenRounds, stepAt } from "../run-rounds";

/** One value that went over an edge. `used`: the step behind the edge refers to it. */
export interface PeekValue {
  name: string;
  type: string;
  short: string;
  used: boolean;
}

/** What an edge carried in a run. `round` counts from 1; null outside of containers. */
export interface Peek {
  kind: "values" | "running" | "skipped" | "failed";
  source: string;
  target: string;
  round: number | null;
  values: readonly PeekValue[];
  message: string;
}

/** Of no interest to the next step. */
const HIDDEN = new Set(["usage", "reasoning_content"]);
const VALUE_LENGTH = 120;

export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `array[${value.length}]`;
  return typeof value;
}

/** What went from one step to another in the rounds that are looked at; null where the run did not come to it. */
export function peekAt(
  document: FlowDocument,
  run: RunView,
  rounds: ChosenRounds,
  edge: { source: string; handle: string; target: string },
): Peek | null {
  const [from, to] = [nodeById(document, edge.source), nodeById(document, edge.target)];
  const step = stepAt(document, run, rounds, edge.source);
  if (!from || !to || !step) return null;
  const parent = from.parentId ? nodeById(document, from.parentId) : undefined;
  const round = step.path === "" ? null : Number(step.path.split(":").at(-1)) + 1;
  const inner = isInnerStart(from.data.type);
  const peek = { source: inner ? (parent?.data.title ?? "") : from.data.title, target: to.data.title, round, values: [], message: "" };
  if (step.state === "running" || step.state === "retrying" || step.state === "waiting") return { ...peek, kind: "running" };
  if ((step.handle ?? "source") !== edge.handle) return step.handle === null ? null : { ...peek, kind: "skipped" };
  if (step.error)
    return { ...peek, kind: "failed", message: step.error.message || step.error.code, values: valuesOf(document, step.outputs, edge) };
  const outputs = inner ? itemOf(stepAt(document, run, rounds, from.parentId ?? ""), step) : step.outputs;
  return { ...peek, kind: "values", values: valuesOf(document, outputs, { ...edge, source: inner ? (from.parentId ?? "") : edge.source }) };
}

/** The start of a round gives nothing itself: the item of its round is what begins there. */
function itemOf(container: StepView | undefined, start: StepView): Record<string, unknown> {
  const items = container?.inputs.iterator_selector;
  const round = Number(start.path.split(":").at(-1));
  return Array.isArray(items) && round in items ? { item: items[round] as unknown, index: round } : {};
}

function valuesOf(document: FlowDocument, outputs: Record<string, unknown>, edge: { source: string; target: string }): PeekValue[] {
  const used = namesUsed(document, edge.source, edge.target);
  return Object.entries(outputs)
    .filter(([name, value]) => used.has(name) || (!HIDDEN.has(name) && !name.startsWith("sys.") && !isEmpty(value)))
    .map(([name, value]) => ({ name, type: typeOf(value), short: shortValue(value, VALUE_LENGTH), used: used.has(name) }))
    .toSorted((a, b) => Number(b.used) - Number(a.used));
}

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Names of the outputs of `source` that `target`, or what is in it, refers to. */
function namesUsed(document: FlowDocument, source: string, target: string): Set<string> {
  const found = new Set<string>();
  const id = source.replace(/[^\w-]/g, "");
  const reference = new RegExp(`\\{\\{#${id}\\.([^.#}]+)|\\["${id}","([^"]+)"`, "g");
  for (const node of document.graph.nodes) {
    if (node.id !== target && node.parentId !== target) continue;
    for (const [, inText, inList] of JSON.stringify(node.data).matchAll(reference)) found.add(inText ?? inList ?? "");
  }
  return found;
}
