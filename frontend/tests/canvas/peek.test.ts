import { describe, expect, it } from "vitest";
import { peekAt, typeOf } from "@/features/canvas/peek/peek-values";
import { EMPTY_RUN, foldEvents } from "@/features/canvas/run-reducer";
import { edge, events, flow, node } from "./fixtures";

const done = (id: string, more: object = {}) =>
  ({
    type: "node_finished",
    node_run_id: `${id}${JSON.stringify(more)}`,
    node_id: id,
    node_type: "llm",
    title: id,
    path: "",
    index: 1,
    attempt: 1,
    status: "succeeded",
    handle: "source",
    ...more,
  }) as never;

describe("what an edge carried", () => {
  const document = flow(
    [
      node("a", "llm"),
      node("b", "llm", 0, 0, { prompt: "Mend {{#a.text#}}." }),
      node("if", "if-else"),
      node("c", "llm", 0, 0, { value_selector: ["if", "result"] }),
    ],
    [edge("a", "b"), edge("if", "c", "true"), edge("if", "b", "false")],
  );
  const along = (source: string, target: string, handle = "source") => ({ source, target, handle });

  it("tells what the next step refers to first, and not what is of no interest to it", () => {
    const run = foldEvents(EMPTY_RUN, events(done("a", { outputs: { usage: { total: 1 }, score: 3, files: [], text: "a  long\ntext" } })));
    expect(peekAt(document, run, {}, along("a", "b"))).toMatchObject({
      kind: "values",
      source: "a",
      target: "b",
      round: null,
      values: [
        { name: "text", type: "string", short: "a long text", used: true },
        { name: "score", type: "number", short: "3", used: false },
      ],
    });
  });

  it("says that the run went another way, is not through yet, or failed here; and nothing where it never came", () => {
    const run = foldEvents(
      EMPTY_RUN,
      events(done("if", { handle: "true", outputs: { result: true } }), {
        type: "node_started",
        node_run_id: "a",
        node_id: "a",
        node_type: "llm",
        title: "a",
        path: "",
        index: 2,
      } as never),
    );
    expect(peekAt(document, run, {}, along("if", "c", "true"))?.values).toMatchObject([{ name: "result", used: true }]);
    expect(peekAt(document, run, {}, along("if", "b", "false"))?.kind).toBe("skipped");
    expect(peekAt(document, run, {}, along("a", "b"))?.kind).toBe("running");
    expect(peekAt(document, run, {}, along("b", "c"))).toBeNull();
    const error = { code: "http_status", message: "404", node_id: "a", node_title: "a", details: {} };
    const failed = foldEvents(EMPTY_RUN, events(done("a", { status: "exception", handle: "fail-branch", error })));
    expect(peekAt(document, failed, {}, along("a", "b", "fail-branch"))).toMatchObject({ kind: "failed", message: "404" });
  });

  it("shows the round that is looked at, and at its beginning the item", () => {
    const inner = flow(
      [
        node("it", "iteration"),
        node("its", "iteration-start", 0, 0, {}, { parentId: "it" }),
        node("x", "llm", 0, 0, { prompt: "{{#it.item#}}" }, { parentId: "it" }),
        node("y", "llm", 0, 0, {}, { parentId: "it" }),
      ],
      [edge("its", "x"), edge("x", "y")],
    );
    const at = (round: number) => ({ path: `it:${round}` });
    const run = foldEvents(
      EMPTY_RUN,
      events(
        done("its", at(0)),
        done("x", { ...at(0), outputs: { text: "first" } }),
        done("its", at(1)),
        done("x", { ...at(1), outputs: { text: "second" } }),
        done("it", { inputs: { iterator_selector: ["p", "q"] }, outputs: { output: ["first", "second"] } }),
      ),
    );
    expect(peekAt(inner, run, {}, along("x", "y"))).toMatchObject({ round: 2, values: [{ short: "second" }] });
    expect(peekAt(inner, run, { it: 0 }, along("x", "y"))).toMatchObject({ round: 1, values: [{ short: "first" }] });
    expect(peekAt(inner, run, { it: 0 }, along("its", "x"))).toMatchObject({
      source: "it",
      values: [{ name: "item", short: "p", used: true }, { name: "index" }],
    });
  });

  it("names types of values", () => {
    expect([null, [1], {}, "", 1, true].map(typeOf)).toEqual(["null", "array[1]", "object", "string", "number", "boolean"]);
  });
});
