import type { StepView } from "@/features/canvas/run-reducer";
import { valueIn } from "./short-value";

/** What a variable was in a run; undefined where the run did not come to it. */
export function lastValueIn(trace: readonly StepView[], selector: readonly string[]): unknown {
  const [id = "", ...path] = selector;
  if (id === "env") return undefined;
  const step = id === "sys" ? trace.findLast((one) => one.nodeType === "start") : trace.findLast((one) => one.nodeId === id);
  if (!step || step.state === "running") return undefined;
  return valueIn(step.outputs, id === "sys" ? [`sys.${path[0] ?? ""}`, ...path.slice(1)] : path);
}
