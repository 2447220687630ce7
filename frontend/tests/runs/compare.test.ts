import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, type StepView } from "@/features/canvas/run-reducer";
import { firstDifference, marksOf, outputsOf, pairNumbers, pairSteps, pairValues } from "@/features/runs/compare/compare-runs";
import { parseRunsSearch, runsParams } from "@/features/runs/runs-search";

interface Told {
  id: string;
  path?: string;
  type?: string;
  status?: string;
  outputs?: object;
  inputs?: object;
  process?: object;
  handle?: string | null;
  elapsed?: number;
  error?: object;
}

function trace(...steps: Told[]): StepView[] {
  const events = steps.map(
    (
      { id, path = "", type = "llm", status = "succeeded", outputs = {}, inputs = {}, process = {}, handle = "source", elapsed = 1, error },
      index,
    ) => ({
      type: "node_finished",
      seq: index + 1,
      at: index,
      node_run_id: `${path}${id}${index}`,
      node_id: id,
      node_type: type,
      title: id.toUpperCase(),
      path,
      index,
      status,
      outputs,
      inputs,
      process,
      handle,
      elapsed_s: elapsed,
      error: error ?? null,
    }),
  );
  return foldEvents(EMPTY_RUN, events as RunEvent[]).trace;
}

const verdicts = (a: StepView[], b: StepView[]) =>
  pairSteps(a, b).map((pair) => `${pair.path} ${pair.nodeId}: ${pair.differences.join(",")}`);

describe("two runs node by node", () => {
  it("does not count time, nor what belongs to the run itself", () => {
    const start = (run: string) => ({ id: "start", outputs: { q: "hi", "sys.workflow_run_id": run, "sys.timestamp": Number(run) } });
    const llm = (latency: number) => ({ id: "a", elapsed: latency, outputs: { text: "yes", usage: { latency } } });
    expect(verdicts(trace(start("1"), llm(1)), trace(start("2"), llm(9)))).toEqual([" start: ", " a: "]);
    expect(firstDifference(pairSteps(trace(start("1"), llm(1)), trace(start("2"), llm(9))))).toBeUndefined();
  });

  it("does not depend on the order of keys, but on that of items", () => {
    const one = trace({ id: "a", outputs: { x: { p: 1, q: 2 }, list: [1, 2] } });
    expect(verdicts(one, trace({ id: "a", outputs: { list: [1, 2], x: { q: 2, p: 1 } } }))).toEqual([" a: "]);
    expect(verdicts(one, trace({ id: "a", outputs: { list: [2, 1], x: { q: 2, p: 1 } } }))).toEqual([" a: outputs"]);
  });

  it("names what differs", () => {
    const prompt = (text: string) => ({ prompts: [{ role: "user", text }] });
    const a = trace({ id: "a", process: prompt("one") }, { id: "if", handle: "true" }, { id: "b", inputs: { x: 1 } });
    const error = { code: "provider_timeout", message: "late" };
    const b = trace({ id: "a", process: prompt("two") }, { id: "if", handle: "false" }, { id: "b", status: "failed", handle: null, error });
    expect(verdicts(a, b)).toEqual([" a: prompt", " if: branch", " b: state,inputs,error"]);
  });

  it("puts rounds beside rounds, and what one run has alone where it had it", () => {
    const round = (number: number, text: string) => [
      { id: "s", path: `loop:${number}`, type: "loop-start" },
      { id: "judge", path: `loop:${number}`, outputs: { text } },
    ];
    const a = trace({ id: "start" }, ...round(0, "x"), ...round(1, "y"), { id: "yes" }, { id: "end" });
    const b = trace({ id: "start" }, ...round(0, "x"), ...round(1, "z"), ...round(2, "w"), { id: "no" }, { id: "end" });
    expect(verdicts(a, b)).toEqual([
      " start: ",
      "loop:0 judge: ",
      "loop:1 judge: outputs",
      "loop:2 judge: state",
      " no: state",
      " yes: state",
      " end: ",
    ]);
    expect(firstDifference(pairSteps(a, b))?.path).toBe("loop:1");
  });

  it("says that they part where they gave something else, not where they were asked otherwise", () => {
    const a = trace({ id: "start", type: "start", outputs: { q: 1 } }, { id: "a", inputs: { q: 1 } }, { id: "b", outputs: { text: "1" } });
    const b = trace({ id: "start", type: "start", outputs: { q: 2 } }, { id: "a", inputs: { q: 2 } }, { id: "b", outputs: { text: "2" } });
    expect(firstDifference(pairSteps(a, b))?.nodeId).toBe("b");
  });

  it("marks what differs, and as added or removed what only one of them executed", () => {
    const pairs = pairSteps(
      trace({ id: "a", outputs: { x: 1 } }, { id: "yes" }, { id: "z" }),
      trace({ id: "a", outputs: { x: 2 } }, { id: "no" }, { id: "z" }),
    );
    expect(marksOf(pairs, "b")).toEqual({ a: "changed", yes: "changed", no: "added" });
    expect(marksOf(pairs, "a")).toEqual({ a: "changed", yes: "removed", no: "changed" });
  });
});

describe("values and numbers of two runs", () => {
  it("pairs them by name; what is missing is empty", () => {
    expect(pairValues({ a: "x", b: [1], c: 1 }, { a: "x", b: [2], d: null })).toEqual([
      { name: "a", before: "x", after: "x", same: true, json: false },
      { name: "b", before: "[\n  1\n]", after: "[\n  2\n]", same: false, json: true },
      { name: "c", before: "1", after: "", same: false, json: false },
      { name: "d", before: "", after: "null", same: false, json: false },
    ]);
    expect(outputsOf({ ...EMPTY_RUN, answer: "hi", outputs: { answer: "hi", usage: {} } })).toEqual({ answer: "hi" });
    expect(outputsOf({ ...EMPTY_RUN, answer: "hi" })).toEqual({ answer: "hi" });
  });

  it("tells by how much, and by what share where there is one", () => {
    expect(pairNumbers(2, 3)).toEqual({ a: 2, b: 3, by: 1, share: 0.5 });
    expect(pairNumbers(0, 3)).toMatchObject({ by: 3, share: null });
    expect(pairNumbers(null, 3)).toMatchObject({ by: null, share: null });
  });
});

describe("the filters of the history", () => {
  it("reads what makes sense and asks the server with it", () => {
    const search = parseRunsSearch({
      state: "failed",
      source: "odd",
      version: "draft",
      node: "n1",
      error: "http_status",
      sort: "-created_at",
      page: "3",
    });
    expect(search).toMatchObject({ state: "failed", source: undefined, sort: undefined, page: 3 });
    expect(runsParams(search, 30)).toMatchObject({
      draft: true,
      version: undefined,
      failed_node: "n1",
      error_code: "http_status",
      page: 3,
      from: undefined,
    });
    const day = runsParams(parseRunsSearch({ period: "custom", from: "2026-03-01", to: "2026-03-02", version: "v1" }), 30);
    expect(day).toMatchObject({ version: "v1", draft: undefined });
    expect(Date.parse(String(day.to)) - Date.parse(String(day.from))).toBe(2 * 86_400_000);
  });
});
