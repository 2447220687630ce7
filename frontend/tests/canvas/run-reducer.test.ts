import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type RunView } from "@/features/canvas/run-reducer";
import { events } from "./fixtures";

const at = { path: "", node_type: "llm" };
const started = (id: string, run = id, more = {}) =>
  ({ ...at, type: "node_started", node_run_id: run, node_id: id, title: id.toUpperCase(), index: 1, ...more }) as const;
const finished = (id: string, run = id, more = {}) =>
  ({
    ...at,
    type: "node_finished",
    node_run_id: run,
    node_id: id,
    title: id.toUpperCase(),
    index: 1,
    attempt: 1,
    status: "succeeded",
    inputs: {},
    process: {},
    outputs: {},
    handle: "source",
    elapsed_s: 0.5,
    ...more,
  }) as const;
const usage = { total_tokens: 30, prompt_tokens: 20, completion_tokens: 10, cost_usd: 0.25, first_token_s: 0.1 };
const error = { code: "provider_timeout", message: "No answer in 60 s.", node_id: "a", node_title: "A", details: { url: "x" } };

const plain: RunEvent[] = events(
  { type: "run_started", inputs: { q: "hi" }, reason: "initial" },
  started("start"),
  finished("start"),
  started("a"),
  { type: "node_delta", node_run_id: "a", node_id: "a", path: "", text: "Hel" },
  { type: "reasoning_delta", node_run_id: "a", node_id: "a", path: "", text: "think" },
  { type: "answer_delta", text: "Hel", selector: ["a", "text"] },
  { type: "answer_delta", text: "lo", selector: ["a", "text"] },
  finished("a", "a", { outputs: { text: "Hello" }, usage, elapsed_s: 1.2 }),
  { type: "answer_delta", text: "!", selector: [] },
  {
    type: "run_finished",
    status: "succeeded",
    outputs: { x: 1 },
    answer: "Hello!",
    usage,
    steps: 2,
    exceptions_count: 0,
    elapsed_s: 1.9,
    error: null,
  },
);

describe("folding a run", () => {
  it("tells state, numbers and answer", () => {
    const run = foldEvents(EMPTY_RUN, plain);
    expect(run).toMatchObject({
      state: "succeeded",
      inputs: { q: "hi" },
      answer: "Hello!",
      outputs: { x: 1 },
      tokens: 30,
      costUsd: 0.25,
      steps: 2,
      startedAt: 1000,
      finishedAt: 1010,
      elapsedS: 1.9,
      lastSeq: 11,
    });
    expect(run.nodes.a).toMatchObject({
      state: "succeeded",
      elapsedS: 1.2,
      tokens: 30,
      costUsd: 0.25,
      preview: "Hello",
      count: 1,
      handle: "source",
    });
    expect(run.trace.map((step) => [step.nodeId, step.state, step.text, step.reasoning])).toEqual([
      ["start", "succeeded", "", ""],
      ["a", "succeeded", "Hello", "think"],
    ]);
    expect(isOver(run)).toBe(true);
  });

  it("does not write text twice that came first as the node's and then as the answer's", () => {
    const run = foldEvents(EMPTY_RUN, plain.slice(0, 8));
    expect(run.nodes.a!.preview).toBe("Hello");
    expect(run.answer).toBe("Hello");
  });

  it.each([1, 2, 3, 5])("comes out the same in batches of %i, with every batch sent twice", (size) => {
    let run: RunView = EMPTY_RUN;
    for (let from = 0; from < plain.length; from += size) {
      run = foldEvents(run, plain.slice(from, from + size));
      expect(foldEvents(run, plain.slice(0, from + size))).toBe(run);
    }
    expect(run).toEqual(foldEvents(EMPTY_RUN, plain));
  });

  it("never changes an earlier state, and keeps untouched nodes as the same objects", () => {
    const before = foldEvents(EMPTY_RUN, plain.slice(0, 4));
    const copy = structuredClone(before);
    const after = foldEvents(before, plain.slice(4));
    expect(before).toEqual(copy);
    expect(after.nodes.start).toBe(before.nodes.start);
    expect(after.trace[0]).toBe(before.trace[0]);
    expect(after.nodes.a).not.toBe(before.nodes.a);
    expect(EMPTY_RUN.trace).toHaveLength(0);
  });

  it("shows a retry with its reason, then the success with the attempt", () => {
    const list = events(
      { type: "run_started", inputs: {} },
      started("a"),
      { type: "node_delta", node_run_id: "a", node_id: "a", path: "", text: "half" },
      { ...at, type: "node_retried", node_run_id: "a", node_id: "a", title: "A", index: 1, attempt: 1, delay_s: 2, error },
      started("a", "a", { attempt: 2 }),
      finished("a", "a", { attempt: 2, outputs: { text: "whole" } }),
    );
    const retrying = foldEvents(EMPTY_RUN, list.slice(0, 4));
    expect(retrying.nodes.a).toMatchObject({ state: "retrying", attempt: 2, preview: "", error: { code: "provider_timeout" } });
    const done = foldEvents(retrying, list.slice(4));
    expect(done.nodes.a).toMatchObject({ state: "succeeded", attempt: 2, error: null, preview: "whole", count: 1 });
    expect(done.trace).toHaveLength(1);
    expect(done.trace[0]!.retries).toMatchObject([{ attempt: 1, delayS: 2, error: { message: "No answer in 60 s." } }]);
  });

  it("keeps a failed node's error and stops what was still running", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(
        { type: "run_started", inputs: {} },
        started("a"),
        started("b"),
        finished("a", "a", { status: "failed", error, handle: null }),
        { type: "run_finished", status: "failed", error, usage: {}, elapsed_s: 1 },
      ),
    );
    expect(run).toMatchObject({ state: "failed", error: { code: "provider_timeout", nodeId: "a", nodeTitle: "A", details: { url: "x" } } });
    expect(run.nodes.a).toMatchObject({ state: "failed", error: { message: "No answer in 60 s." }, handle: null });
    expect(run.nodes.b!.state).toBe("stopped");
    expect(run.trace[1]!.state).toBe("stopped");
  });

  it("shows a handled failure with the branch it took", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(started("a"), finished("a", "a", { status: "exception", error, handle: "fail-branch", error_strategy: "fail-branch" })),
    );
    expect(run.nodes.a).toMatchObject({ state: "exception", handle: "fail-branch" });
    expect(run.trace[0]!.errorStrategy).toBe("fail-branch");
  });

  it("takes up a run after a crash: the node runs again, the answer is replaced", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(
        { type: "run_started", inputs: { q: 1 }, reason: "initial" },
        started("a"),
        { type: "answer_delta", text: "Half an ans", selector: ["a", "text"] },
        { type: "run_started", inputs: { q: 1 }, reason: "resumption" },
        { type: "answer_replaced", text: "", reason: "resumption" },
        started("a", "a2", { attempt: 2 }),
        { type: "answer_delta", text: "Whole", selector: ["a", "text"] },
        finished("a", "a2", { attempt: 2, outputs: { text: "Whole" } }),
        { type: "run_finished", status: "succeeded", answer: "Whole", usage: {}, elapsed_s: 3 },
      ),
    );
    expect(run).toMatchObject({ state: "succeeded", answer: "Whole", resumptions: 1, startedAt: 1000 });
    expect(run.nodes.a).toMatchObject({ state: "succeeded", preview: "Whole", attempt: 2 });
    expect(run.trace.map((step) => step.state)).toEqual(["stopped", "succeeded"]);
  });

  it("adds up the rounds of an iteration", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(
        started("a", "r0", { path: "it:0" }),
        finished("a", "r0", { path: "it:0", usage }),
        started("a", "r1", { path: "it:1", index: 2 }),
        finished("a", "r1", { path: "it:1", index: 2, usage }),
      ),
    );
    expect(run.nodes.a).toMatchObject({ count: 2, tokens: 60, costUsd: 0.5 });
    expect(run.trace.map((step) => step.path)).toEqual(["it:0", "it:1"]);
  });

  it("shows a pause and goes on from it", () => {
    const paused = foldEvents(EMPTY_RUN, events({ type: "run_started", inputs: {} }, { type: "run_paused", reasons: [{ kind: "form" }] }));
    expect(paused).toMatchObject({ state: "paused", pauseReasons: [{ kind: "form" }] });
    expect(isOver(paused)).toBe(false);
    expect(foldEvents(paused, [{ type: "run_started", seq: 3, at: 5, inputs: {}, reason: "resumption" }])).toMatchObject({
      state: "running",
      pauseReasons: [],
    });
  });

  it("keeps previews short and ignores an event it does not know", () => {
    const run = foldEvents(EMPTY_RUN, [
      ...events(started("a"), { type: "node_delta", node_run_id: "a", node_id: "a", path: "", text: "x".repeat(1000) }),
      { type: "from_the_future", seq: 9, at: 1 } as unknown as RunEvent,
    ]);
    expect(run.nodes.a!.preview).toHaveLength(240);
    expect(run.trace[0]!.text).toHaveLength(1000);
    expect(run.lastSeq).toBe(9);
  });
});
