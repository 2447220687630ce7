/** How hot each step is: its part of the time or the cost, or how often it fails. Pure. */
import type { FlowDocument } from "@/api/types";
import type { HeatBy, HeatMark } from "../card-marks";
import type { NodeNumbers } from "./data";
import type { RunView } from "../run-reducer";

/** What was measured of one step, over all runs that count. */
export interface StepSums {
  seconds: number;
  cost: number;
  tokens: number;
  executions: number;
  failures: number;
}
export type Sums = ReadonlyMap<string, StepSums>;

/** What is told of a heat; money may be unknown, then tokens stand for it. */
export type Unit = "seconds" | "cost" | "tokens" | "failures";
export interface HeatOf {
  unit: Unit;
  /** Of the whole flow; of errors: all failures. */
  whole: number;
  marks: Record<string, HeatMark>;
  /** Ids, the hottest first. */
  hottest: string[];
}

export interface HeatWords {
  /** «41 % · 1.9 s»; of errors «3 of 12 failed». */
  label(unit: Unit, amount: number, share: number, executions: number): string;
}

export function sumsOfNumbers(numbers: NodeNumbers): Sums {
  return new Map(
    numbers.nodes.map((node) => [
      node.node_id,
      {
        seconds: node.total_s,
        cost: node.total_cost_usd,
        tokens: node.total_tokens,
        executions: node.executions,
        failures: node.failures,
      },
    ]),
  );
}

const FAILED: ReadonlySet<string> = new Set(["failed", "exception"]);

export function sumsOfRun(run: RunView): Sums {
  const found = new Map<string, StepSums>();
  for (const step of run.trace) {
    if (step.kept) continue;
    const sums = found.get(step.nodeId) ?? { seconds: 0, cost: 0, tokens: 0, executions: 0, failures: 0 };
    sums.seconds += step.elapsedS ?? 0;
    sums.cost += step.costUsd;
    sums.tokens += step.tokens;
    sums.executions += 1;
    sums.failures += FAILED.has(step.state) ? 1 : 0;
    found.set(step.nodeId, sums);
  }
  return found;
}

/** Less than half a percent is no heat: such cards carry no label. */
const WORTH_NAMING = 0.005;

/** Amounts by step. A container has no cost of its own: it has that of what is in it. */
function amounts(sums: Sums, document: FlowDocument, of: (step: StepSums) => number): { whole: number; byId: Map<string, number> } {
  const byId = new Map<string, number>();
  let whole = 0;
  const parents = new Map(document.graph.nodes.map((node) => [node.id, node.parentId]));
  for (const [id, step] of sums) {
    const amount = of(step);
    if (!parents.has(id) || amount === 0) continue;
    whole += amount;
    for (let at: string | undefined = id; at; at = parents.get(at)) byId.set(at, (byId.get(at) ?? 0) + amount);
  }
  return { whole, byId };
}

/** Time in a container passes in what is in it. Rounds side by side take longer together than the container: they share its time. */
function times(sums: Sums, document: FlowDocument): { whole: number; byId: Map<string, number> } {
  const parents = new Map(document.graph.nodes.map((node) => [node.id, node.parentId]));
  const within = new Map<string, number>();
  for (const [id, parent] of parents) if (parent) within.set(parent, (within.get(parent) ?? 0) + (sums.get(id)?.seconds ?? 0));
  const scaleIn = (container: string | undefined): number => {
    if (!container) return 1;
    const inside = within.get(container) ?? 0;
    const own = sums.get(container)?.seconds ?? inside;
    return scaleIn(parents.get(container)) * (inside > own ? own / inside : 1);
  };
  const byId = new Map<string, number>();
  let whole = 0;
  for (const [id, parent] of parents) {
    const seconds = sums.get(id)?.seconds;
    if (seconds === undefined) continue;
    byId.set(id, seconds * scaleIn(parent));
    if (!parent) whole += seconds;
  }
  return { whole, byId };
}

export function heatOf(by: HeatBy, sums: Sums, document: FlowDocument, words: HeatWords): HeatOf {
  if (by === "errors") return heatOfErrors(sums, document, words);
  let unit: Unit = by === "time" ? "seconds" : "cost";
  let measured = by === "time" ? times(sums, document) : amounts(sums, document, (step) => step.cost);
  if (by === "cost" && measured.whole === 0) {
    unit = "tokens";
    measured = amounts(sums, document, (step) => step.tokens);
  }
  const { whole, byId } = measured;
  const most = Math.max(0, ...byId.values());
  const marks: Record<string, HeatMark> = {};
  if (whole > 0) {
    for (const [id, amount] of byId) {
      const share = Math.min(1, amount / whole);
      const told = unit === "seconds" ? sums.get(id)!.seconds : amount;
      const label = share < WORTH_NAMING ? "" : words.label(unit, told, share, sums.get(id)?.executions ?? 1);
      marks[id] = { share: amount / most, label };
    }
  }
  return { unit, whole, marks, hottest: ordered(byId).filter((id) => marks[id]?.label) };
}

function heatOfErrors(sums: Sums, document: FlowDocument, words: HeatWords): HeatOf {
  const byId = new Map<string, number>();
  const marks: Record<string, HeatMark> = {};
  let whole = 0;
  for (const { id } of document.graph.nodes) {
    const step = sums.get(id);
    if (!step?.failures) continue;
    whole += step.failures;
    const share = step.failures / step.executions;
    byId.set(id, share);
    marks[id] = { share, label: words.label("failures", step.failures, share, step.executions) };
  }
  return { unit: "failures", whole, marks, hottest: ordered(byId) };
}

const ordered = (byId: ReadonlyMap<string, number>): string[] =>
  [...byId]
    .filter(([, amount]) => amount > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([id]) => id);
