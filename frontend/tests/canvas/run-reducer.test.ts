import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type RunView } from "@/features/canvas/run-reducer";
import { failedRounds, runAt } from "@/features/canvas/run-rounds";
import { events, flow, node } from "./fixtures";

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

  const round = (type: string, more: Record<string, unknown>) =>
    ({
      type: `iteration_${type}`,
      node_run_id: "it",
      node_id: "it",
      node_type: "iteration",
      title: "It",
      path: "",
      index: 1,
      ...more,
    }) as never;
  const looped = [
    started("it"),
    round("started", { length: 3 }),
    round("next", { round: 0 }),
    started("a", "a0", { path: "it:0" }),
    round("next", { round: 1 }),
    started("a", "a1", { path: "it:1" }),
    finished("a", "a1", { path: "it:1", outputs: { text: "second" }, usage }),
    finished("a", "a0", { path: "it:0", status: "failed", error, outputs: {} }),
    round("next", { round: 2 }),
    started("a", "a2", { path: "it:2" }),
    finished("a", "a2", { path: "it:2", outputs: { output: "third" } }),
    round("finished", { rounds: 3, status: "succeeded" }),
    finished("it", "it", { process: { failed_rounds: [0] } }),
  ];

  it("counts the rounds of a container and keeps to the one that began last", () => {
    const half = foldEvents(EMPTY_RUN, events(...looped.slice(0, 8)));
    expect(half.nodes.it!.rounds).toEqual({ total: 3, begun: 2, failed: 0 });
    // The first round ends after the second: the card still tells of the second.
    expect(half.nodes.a).toMatchObject({ state: "succeeded", path: "it:1", preview: "second", count: 2, tokens: 30 });
    const done = foldEvents(half, events(...looped));
    expect(done.nodes.it).toMatchObject({ state: "succeeded", rounds: { total: 3, begun: 3, failed: 1 } });
    expect(done.nodes.a).toMatchObject({ path: "it:2", preview: "third" });
  });

  it("shows each round as a page", () => {
    const inside = flow([node("it", "iteration"), node("a", "llm", 0, 0, {}, { parentId: "it" })]);
    const run = foldEvents(EMPTY_RUN, events(...looped));
    expect(runAt(inside, run, {}, "a")).toBe(run.nodes.a);
    expect(runAt(inside, run, { it: 0 }, "a")).toMatchObject({ state: "failed", error: { code: "provider_timeout" }, count: 1 });
    expect(runAt(inside, run, { it: 1 }, "a")).toMatchObject({ preview: "second", tokens: 30 });
    expect(runAt(inside, run, { it: 1 }, "a")).toBe(runAt(inside, run, { it: 1 }, "a"));
    expect(runAt(inside, run, { it: 7 }, "a")).toBeUndefined();
    expect(runAt(inside, run, { it: 1 }, "it")).toBe(run.nodes.it);
    expect([...failedRounds(run, "it", "")]).toEqual([0]);
  });

  it("follows the chosen rounds through containers in containers", () => {
    const nested = flow([
      node("it", "iteration"),
      node("in", "loop", 0, 0, {}, { parentId: "it" }),
      node("a", "llm", 0, 0, {}, { parentId: "in" }),
    ]);
    const inner = (path: string, text: string) => {
      const id = `in${path}`;
      const loop = { node_run_id: id, node_id: "in", node_type: "loop", title: "In", path, index: 1 };
      return [
        started("in", id, { path }),
        { type: "loop_started", ...loop, length: 2 } as never,
        { type: "loop_next", ...loop, round: 0 } as never,
        { type: "loop_next", ...loop, round: 1 } as never,
        started("a", `a${path}`, { path: `${path}/in:1` }),
        finished("a", `a${path}`, { path: `${path}/in:1`, outputs: { text } }),
      ];
    };
    const run = foldEvents(EMPTY_RUN, events(started("it"), ...inner("it:0", "zero"), ...inner("it:1", "one")));
    expect(runAt(nested, run, { it: 0 }, "a")).toMatchObject({ preview: "zero" });
    expect(runAt(nested, run, { it: 0, in: 1 }, "a")).toMatchObject({ preview: "zero" });
    expect(runAt(nested, run, { it: 0, in: 0 }, "a")).toBeUndefined();
    expect(runAt(nested, run, {}, "a")).toMatchObject({ preview: "one" });
    expect(runAt(nested, run, { it: 0 }, "in")).toMatchObject({ rounds: { begun: 2 } });
  });

  it("goes on counting rounds after a crash", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(...looped.slice(0, 5), { type: "run_started", inputs: {}, reason: "resumption" }, ...looped.slice(0, 2)),
    );
    expect(run.nodes.it!.rounds).toMatchObject({ total: 3, begun: 2 });
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
