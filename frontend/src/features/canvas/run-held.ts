import type { NodeRunView } from "./run-reducer";

/** A variable that a held step is about to read. `omitted`: too large to be told. */
export interface HeldValue {
  selector: string[];
  state: "known" | "missing" | "omitted";
  value: unknown;
}

/** A step before which a test run stands. `before` is what its card showed until then. */
export interface HeldView {
  nodeId: string;
  title: string;
  path: string;
  variables: HeldValue[];
  before: NodeRunView | null;
}

export const BLANK_NODE: NodeRunView = {
  state: "running",
  startedAt: null,
  elapsedS: null,
  tokens: 0,
  costUsd: 0,
  preview: "",
  error: null,
  attempt: 1,
  count: 0,
  handle: null,
  path: "",
  rounds: null,
  kept: null,
};

type Nodes = Record<string, NodeRunView>;

/** Show the steps that a pause holds; returns them in the order of the pause. Changes `nodes`. */
export function hold(nodes: Nodes, reasons: readonly Record<string, unknown>[]): HeldView[] {
  return reasons
    .filter((reason) => reason.type === "breakpoint")
    .map((reason) => {
      const nodeId = String(reason.node_id);
      const path = String(reason.path ?? "");
      const before = nodes[nodeId] ?? null;
      nodes[nodeId] = { ...BLANK_NODE, count: before?.count ?? 0, state: "held", path };
      const variables = Array.isArray(reason.variables) ? (reason.variables as HeldValue[]) : [];
      return { nodeId, title: String(reason.title ?? ""), path, variables, before };
    });
}

/** Held steps look as they did before, until they begin. Changes `nodes`. */
export function release(nodes: Nodes, held: readonly HeldView[]): void {
  for (const { nodeId, before } of held.toReversed()) {
    if (before) nodes[nodeId] = before;
    else delete nodes[nodeId];
  }
}
