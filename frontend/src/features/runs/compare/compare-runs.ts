import { isInnerStart } from "@/features/canvas/graph/model";
import type { RunView, StepView } from "@/features/canvas/run-reducer";
import { stableText } from "@/lib/text-diff";
import { promptsOf } from "../step-process";

/** What differs between two executions; time, tokens and cost differ in any two and do not count. */
export type Difference = "state" | "inputs" | "prompt" | "outputs" | "branch" | "error";

/** One execution of a node in both runs; null where a run does not have it. */
export interface StepPair {
  key: string;
  nodeId: string;
  title: string;
  nodeType: string;
  path: string;
  a: StepView | null;
  b: StepView | null;
  differences: readonly Difference[];
}

/** Ids, clocks and accounts of the run itself: they tell nothing of what the flow did. */
const OWN_TO_A_RUN = new Set([
  "sys.user_id",
  "sys.app_id",
  "sys.workflow_id",
  "sys.workflow_run_id",
  "sys.timestamp",
  "sys.conversation_id",
  "sys.dialogue_count",
  "usage",
]);

/** Values without what belongs to the run and not to what it did. */
export function told(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !OWN_TO_A_RUN.has(name)));
}

/** The prompt as it was sent, as a text. */
export function promptText(step: StepView): string {
  return promptsOf(step.process)
    .map((prompt) => `${prompt.role}: ${prompt.text}`)
    .join("\n\n");
}

const same = (a: unknown, b: unknown): boolean => a === b || stableText(a) === stableText(b);

function differencesOf(a: StepView | null, b: StepView | null): Difference[] {
  if (!a || !b) return ["state"];
  const found: Difference[] = [];
  if (a.state !== b.state) found.push("state");
  if (!same(told(a.inputs), told(b.inputs))) found.push("inputs");
  if (promptText(a) !== promptText(b)) found.push("prompt");
  if (!same(told(a.outputs), told(b.outputs))) found.push("outputs");
  // A step that failed took no branch, which its state tells already.
  if (a.handle !== null && b.handle !== null && a.handle !== b.handle) found.push("branch");
  if (a.error?.code !== b.error?.code) found.push("error");
  return found;
}

/** Executions by node, place and how often there was one before: a second attempt of a run is a line of its own. */
function keyed(trace: readonly StepView[]): Map<string, StepView> {
  const found = new Map<string, StepView>();
  for (const step of trace) {
    let key = `${step.path} ${step.nodeId}`;
    while (found.has(key)) key = `${key}'`;
    found.set(key, step);
  }
  return found;
}

/**
 * The executions of two runs side by side, in the order of the first; those of the second alone stand where it had them.
 * The starts of rounds do nothing and are left out.
 */
export function pairSteps(a: readonly StepView[], b: readonly StepView[]): StepPair[] {
  const [left, right] = [keyed(a), keyed(b)];
  const order = [...left.keys()];
  let after = -1;
  for (const key of right.keys()) {
    const at = order.indexOf(key);
    if (at >= 0) after = at;
    else order.splice((after += 1), 0, key);
  }
  return order.flatMap((key) => {
    const [one, other] = [left.get(key) ?? null, right.get(key) ?? null];
    const { nodeId, title, nodeType, path } = (one ?? other)!;
    if (isInnerStart(nodeType)) return [];
    return [{ key, nodeId, title, nodeType, path, a: one, b: other, differences: differencesOf(one, other) }];
  });
}

/**
 * Where the runs part: the first execution that gave something else, went another way or is missing in one of them.
 * The start gives what the run was given, which is told by itself.
 */
export function firstDifference(pairs: readonly StepPair[]): StepPair | undefined {
  return pairs.find(
    ({ nodeType, a, b, differences }) =>
      nodeType !== "start" && !isContainer(a ?? b) && differences.some((one) => one !== "inputs" && one !== "prompt"),
  );
}

/** A container ends after what is in it: what differs in it differs there first. */
const isContainer = (step: StepView | null): boolean => step !== null && step.rounds !== null;

/** How the cards of a canvas are marked: what differs, and what only one of the runs executed. */
export function marksOf(pairs: readonly StepPair[], side: "a" | "b"): Record<string, "added" | "removed" | "changed"> {
  const marks: Record<string, "added" | "removed" | "changed"> = {};
  const everRun = { a: new Set<string>(), b: new Set<string>() };
  for (const { nodeId, a, b } of pairs) {
    if (a) everRun.a.add(nodeId);
    if (b) everRun.b.add(nodeId);
  }
  for (const { nodeId, differences } of pairs) {
    if (differences.length === 0) continue;
    const alone = everRun[side].has(nodeId) && !everRun[side === "a" ? "b" : "a"].has(nodeId);
    marks[nodeId] = alone ? (side === "b" ? "added" : "removed") : "changed";
  }
  return marks;
}

export interface ValuePair {
  name: string;
  before: string;
  after: string;
  same: boolean;
  /** Not a text: shown as JSON, which reads better by lines. */
  json: boolean;
}

/** Values of both runs by name; one that is missing is empty. */
export function pairValues(a: Record<string, unknown>, b: Record<string, unknown>): ValuePair[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
    const [before = "", after = ""] = [a, b].map((values) => (values[name] === undefined ? "" : stableText(values[name])));
    const json = [a[name], b[name]].some((value) => typeof value === "object" && value !== null);
    return { name, before, after, same: before === after, json };
  });
}

/** What a run gave; a chat's answer stands among its outputs already. */
export function outputsOf(run: RunView): Record<string, unknown> {
  const outputs = told(run.outputs);
  return run.answer && !("answer" in outputs) ? { answer: run.answer, ...outputs } : outputs;
}

export interface NumberPair {
  a: number | null;
  b: number | null;
  /** b - a, where both are known. */
  by: number | null;
  /** Of a; null where that is nothing. */
  share: number | null;
}

export function pairNumbers(a: number | null, b: number | null): NumberPair {
  const by = a === null || b === null ? null : b - a;
  return { a, b, by, share: by !== null && a ? by / a : null };
}
