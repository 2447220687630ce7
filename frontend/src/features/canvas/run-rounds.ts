import type { FlowDocument } from "@/api/types";
import { nodesById } from "./graph/structure";
import { type NodeRunView, previewOf, type RunView, type StepView } from "./run-reducer";

/** Which round of each container is looked at, by the container's id; the latest one where nothing is said. */
export type ChosenRounds = Readonly<Record<string, number>>;

const indexes = new WeakMap<readonly StepView[], Map<string, StepView>>();
const views = new WeakMap<StepView, NodeRunView>();

/** Executions by path and node, the latest attempt of each. */
function indexOf(trace: readonly StepView[]): Map<string, StepView> {
  let index = indexes.get(trace);
  if (!index) {
    index = new Map(trace.map((step) => [`${step.path} ${step.nodeId}`, step]));
    indexes.set(trace, index);
  }
  return index;
}

/** One execution as a card shows it. */
function asNode(step: StepView): NodeRunView {
  let view = views.get(step);
  if (!view) {
    const { state, startedAt, elapsedS, tokens, costUsd, error, attempt, handle, path, rounds, kept } = step;
    view = { state, startedAt, elapsedS, tokens, costUsd, error, attempt, handle, path, rounds, kept, preview: previewOf(step), count: 1 };
    views.set(step, view);
  }
  return view;
}

/** The containers around a node, the outermost first. */
function containersOf(document: FlowDocument, id: string): string[] {
  const nodes = nodesById(document);
  const found: string[] = [];
  for (let up = nodes.get(id)?.parentId; up && !found.includes(up); up = nodes.get(up)?.parentId) found.unshift(up);
  return found;
}

/** Path of the chosen rounds around a node, null when none is chosen. Where a container has no choice, its latest round counts. */
function chosenPath(document: FlowDocument, run: RunView, chosen: ChosenRounds, id: string): string | null {
  const containers = containersOf(document, id);
  if (!containers.some((container) => container in chosen)) return null;
  let path = "";
  for (const container of containers) {
    const step = indexOf(run.trace).get(`${path} ${container}`);
    const round = chosen[container] ?? Math.max(0, (step?.rounds?.begun ?? 1) - 1);
    path = `${path}${path && "/"}${container}:${round}`;
  }
  return path;
}

/** What a card shows of the run: the latest execution, or that of the chosen rounds. */
export function runAt(document: FlowDocument, run: RunView, chosen: ChosenRounds, id: string): NodeRunView | undefined {
  const latest = run.nodes[id];
  if (!latest || latest.path === "") return latest;
  const path = chosenPath(document, run, chosen, id);
  if (path === null) return latest;
  if (latest.state === "held" && latest.path === path) return latest;
  const step = indexOf(run.trace).get(`${path} ${id}`);
  return step && asNode(step);
}

/** The execution of a node that its card tells of: the latest one, or that of the chosen rounds. */
export function stepAt(document: FlowDocument, run: RunView, chosen: ChosenRounds, id: string): StepView | undefined {
  const latest = run.nodes[id];
  if (!latest) return undefined;
  const path = latest.path === "" ? "" : (chosenPath(document, run, chosen, id) ?? latest.path);
  return indexOf(run.trace).get(`${path} ${id}`);
}

/** Numbers of the rounds of a container in which something failed, as far as its trace tells. */
export function failedRounds(run: RunView, id: string, path: string): ReadonlySet<number> {
  const prefix = `${path}${path && "/"}${id}:`;
  const failed = new Set<number>();
  for (const step of run.trace) {
    if (step.state !== "failed" || !step.path.startsWith(prefix)) continue;
    const round = Number(step.path.slice(prefix.length).split("/")[0]);
    if (Number.isInteger(round)) failed.add(round);
  }
  return failed;
}
