import { describe, expect, it } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents } from "@/features/canvas/run-reducer";
import { groupsOf, PAGE, pageOf, pagesOf, readValue, typeName, withEdit } from "@/features/runs/variables/values";

const step = (id: string, outputs: Record<string, unknown>, path = "") => ({
  type: "node_finished",
  node_run_id: `${path}${id}`,
  node_id: id,
  node_type: "llm",
  title: `Step ${id}`,
  path,
  index: 1,
  attempt: 1,
  status: "succeeded",
  outputs,
});
const run = foldEvents(
  EMPTY_RUN,
  [
    { type: "run_started", inputs: { topic: "tides" } },
    step("a", { text: "ebb and flood", usage: { tokens: 3 } }),
    step("b", { text: "x" }, "it:0"),
    step("c", {}),
  ].map((event, index) => ({ seq: index + 1, at: 1, ...event })) as RunEvent[],
);

describe("the values of a run", () => {
  it("stand by step, in order; what gave nothing is left out", () => {
    expect(groupsOf(run, "").map((group) => [group.step?.nodeId ?? "", group.values.map((value) => value.name)])).toEqual([
      ["", ["topic"]],
      ["a", ["text", "usage"]],
      ["b", ["text"]],
    ]);
  });

  it("are found by step, by name and by what they hold", () => {
    const found = (wanted: string) => groupsOf(run, wanted).flatMap((group) => group.values.map((value) => value.key));
    expect(found("FLOOD")).toEqual(["a.text"]);
    expect(found("step a.us")).toEqual(["a.usage"]);
    expect(found("tokens")).toEqual(["a.usage"]);
    expect(found("nothing like it")).toEqual([]);
  });

  it("are edited, and are no edit any more when they are as they were", () => {
    const once = withEdit({}, "a", "text", "other", "ebb");
    expect(once).toEqual({ a: { text: "other" } });
    const twice = withEdit(once, "a", "n", 2, 1);
    expect(twice).toEqual({ a: { text: "other", n: 2 } });
    expect(withEdit(twice, "a", "text", "ebb", "ebb")).toEqual({ a: { n: 2 } });
    expect(withEdit(once, "a", "text", "ebb", "ebb")).toEqual({});
  });

  it("are read as what they were: texts as they are, others as JSON", () => {
    expect(readValue("3", "three")).toBe("3");
    expect(readValue("[1, 2]", [])).toEqual([1, 2]);
    expect(readValue("{", {})).toBeUndefined();
    expect(readValue("null", 3)).toBeNull();
    expect(["x", 1, true, null, [], {}].map(typeName)).toEqual(["string", "number", "boolean", "null", "array", "object"]);
  });

  it("come in pages when they are long", () => {
    const text = "a".repeat(PAGE) + "b".repeat(5);
    expect([pagesOf(""), pagesOf("x"), pagesOf(text)]).toEqual([1, 1, 2]);
    expect(pageOf(text, 1)).toBe("bbbbb");
  });
});
