import { describe, expect, it } from "vitest";
import type { FlowDocument, RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type RunView } from "@/features/canvas/run-reducer";
import { runAt } from "@/features/canvas/run-rounds";

const fold = (run: RunView, ...events: Record<string, unknown>[]): RunView =>
  foldEvents(run, events.map((event, index) => ({ seq: run.lastSeq + index + 1, at: 10 + index, ...event })) as RunEvent[]);
const step = (id: string, path = "") => ({
  node_run_id: `${path}/${id}`,
  node_id: id,
  node_type: "llm",
  title: id,
  path,
  index: 1,
  attempt: 1,
});
const done = (id: string, path = "") => ({ type: "node_finished", ...step(id, path), status: "succeeded", outputs: {}, elapsed_s: 1 });
const pause = (...reasons: Record<string, unknown>[]) => ({ type: "run_paused", elapsed_s: 2, reasons });
const before = (id: string, path = "") => ({
  type: "breakpoint",
  node_id: id,
  node_type: "llm",
  title: `The ${id}`,
  path,
  variables: [{ selector: ["a", "text"], state: "known", value: "hi" }],
});
const start = { type: "run_started", inputs: {}, reason: "initial" };
const again = { ...start, reason: "resumption" };

describe("a run that stands before steps", () => {
  it("shows where it stands and what is about to be read", () => {
    const run = fold(EMPTY_RUN, start, { type: "node_started", ...step("a") }, done("a"), pause(before("b"), before("c")));
    expect(run).toMatchObject({ state: "paused", stops: 1 });
    expect(isOver(run)).toBe(false);
    expect(run.held.map((one) => [one.nodeId, one.title])).toEqual([
      ["b", "The b"],
      ["c", "The c"],
    ]);
    expect(run.held[0]!.variables).toEqual([{ selector: ["a", "text"], state: "known", value: "hi" }]);
    expect(run.nodes.b).toMatchObject({ state: "held", count: 0 });
    expect(run.trace.map((one) => one.nodeId)).toEqual(["a"]);
  });

  it("goes on from there as if nothing had been, and does not call it taken up again", () => {
    const stood = fold(EMPTY_RUN, start, done("a"), pause(before("b")));
    const going = fold(stood, again);
    expect(going).toMatchObject({ state: "running", held: [], stops: 1, resumptions: 0 });
    expect(going.nodes.b).toBeUndefined();
    expect(stood.nodes.b!.state).toBe("held");
    const ended = fold(going, { type: "node_started", ...step("b") }, done("b"));
    expect(ended.nodes.b).toMatchObject({ state: "succeeded", count: 1 });
    expect(fold(going, pause(before("c"))).stops).toBe(2);
    const crashed = fold(fold(EMPTY_RUN, start), again);
    expect(crashed.resumptions).toBe(1);
  });

  it("keeps what earlier rounds showed, and shows it in their rounds", () => {
    const document = {
      graph: {
        nodes: [
          { id: "it", position: { x: 0, y: 0 }, data: { type: "iteration", title: "It" } },
          { id: "b", parentId: "it", position: { x: 0, y: 0 }, data: { type: "llm", title: "B" } },
        ],
        edges: [],
      },
    } as unknown as FlowDocument;
    const run = fold(EMPTY_RUN, start, { type: "node_started", ...step("it") }, done("b", "it:0"), pause(before("b", "it:1")));
    expect(runAt(document, run, {}, "b")).toMatchObject({ state: "held", path: "it:1", count: 1 });
    expect(runAt(document, run, { it: 1 }, "b")).toMatchObject({ state: "held" });
    expect(runAt(document, run, { it: 0 }, "b")).toMatchObject({ state: "succeeded" });
    expect(fold(run, again).nodes.b).toMatchObject({ state: "succeeded", path: "it:0" });
  });

  it("lets go of the same step in several rounds at a time, and when it is stopped", () => {
    const run = fold(EMPTY_RUN, start, pause(before("b", "it:0"), before("b", "it:1")));
    expect(run.held).toHaveLength(2);
    expect(fold(run, again).nodes.b).toBeUndefined();
    const stopped = fold(run, { type: "run_finished", status: "stopped", usage: {}, elapsed_s: 2 });
    expect(stopped).toMatchObject({ state: "stopped", held: [] });
    expect(stopped.nodes.b).toBeUndefined();
  });

  it("is not taken for one that waits for people", () => {
    const run = fold(EMPTY_RUN, start, pause({ type: "human_input_required", node_id: "f" }));
    expect(run).toMatchObject({ state: "paused", held: [], stops: 0 });
  });
});
