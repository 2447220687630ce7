import { describe, expect, it } from "vitest";
import type { FlowDocument, NodeType } from "@/api/types";
import { alignNodes, distribute } from "@/features/canvas/graph/align";
import { changeType } from "@/features/canvas/graph/change-type";
import { nodeById } from "@/features/canvas/graph/structure";
import { canPin, pin, toggleDisabled, unpin } from "@/features/canvas/graph/switches";
import { align } from "@/features/canvas/guides";
import { searchFlow } from "@/features/canvas/outline/search";
import { EMPTY_RUN, foldEvents } from "@/features/canvas/run-reducer";
import { edge, events, flow, fork, line, node, rounds, TYPES } from "./fixtures";

const places = (document: FlowDocument): number[][] => document.graph.nodes.map(({ position: { x, y } }) => [x, y]);
const pairs = (document: FlowDocument): string[] =>
  document.graph.edges.map((one) => `${one.source}.${one.sourceHandle}>${one.target}`).toSorted();

describe("lining up", () => {
  const scattered = flow([node("a", "llm", 0, 0), node("b", "llm", 300, 50), node("c", "llm", 900, 110)]);
  it.each([
    [
      "left",
      [
        [0, 0],
        [0, 50],
        [0, 110],
      ],
    ],
    [
      "right",
      [
        [900, 0],
        [900, 50],
        [900, 110],
      ],
    ],
    [
      "center",
      [
        [450, 0],
        [450, 50],
        [450, 110],
      ],
    ],
    [
      "top",
      [
        [0, 0],
        [300, 0],
        [900, 0],
      ],
    ],
    [
      "bottom",
      [
        [0, 110],
        [300, 110],
        [900, 110],
      ],
    ],
    [
      "middle",
      [
        [0, 55],
        [300, 55],
        [900, 55],
      ],
    ],
  ] as const)("aligns %s", (to, expected) => {
    expect(places(alignNodes(scattered, ["a", "b", "c"], to))).toEqual(expected);
  });

  it("makes gaps equal and keeps the outermost", () => {
    expect(places(distribute(scattered, ["a", "b", "c"], "horizontal"))).toEqual([
      [0, 0],
      [448, 50],
      [900, 110],
    ]);
    expect(distribute(scattered, ["a", "b"], "vertical")).toBe(scattered);
  });

  it("compares only nodes of one region", () => {
    expect(alignNodes(rounds(), ["start", "one"], "left")).toEqual(rounds());
  });

  it("draws a dragged box to its neighbours' edges and tells where the line is", () => {
    const box = { x: 4, y: 203, width: 256, height: 96 };
    const { position, guides } = align(box, [{ x: 0, y: 0, width: 256, height: 96 }]);
    expect(position).toEqual({ x: 0, y: 203 });
    expect(guides).toEqual([{ axis: "x", at: 0, from: 0, to: 299 }]);
    expect(align({ ...box, x: 40 }, [{ x: 0, y: 0, width: 256, height: 96 }]).guides).toEqual([]);
    expect(align({ ...box, x: 300, y: 2 }, [{ x: 0, y: 0, width: 256, height: 96 }])).toEqual({
      position: { x: 300, y: 0 },
      guides: [{ axis: "y", at: 0, from: 0, to: 556 }],
    });
  });
});

describe("changing the type", () => {
  const code: NodeType = {
    ...TYPES.llm!,
    type: "code",
    title: { en: "Code", "zh-Hans": "代码" },
    defaults: { code: "", variables: [], model: "" },
    config_schema: { properties: { prompt: {} } },
    error_handling: false,
  };
  const types = { ...TYPES, code };

  it("keeps what fits, tells what is lost, renames a title that named the old type", () => {
    const document = flow(
      [
        node("start", "start"),
        node("a", "llm", 320, 0, {
          ...{ title: "LLM 2", desc: "why", variables: [1], prompt: "kept", model: { name: "m" } },
          ...{ prompt_template: ["x"], error_strategy: "fail-branch", context: {} },
        }),
        node("b", "llm", 640),
        node("bad", "llm", 640, 200),
      ],
      [edge("start", "a"), edge("a", "b"), edge("a", "bad", "fail-branch")],
    );
    const { document: next, lost, cut } = changeType(document, "a", code, "Code", types);
    expect(nodeById(next, "a")).toMatchObject({
      id: "a",
      position: { x: 320, y: 0 },
      data: { type: "code", title: "Code", desc: "why", variables: [1], prompt: "kept", model: "" },
    });
    expect(lost).toEqual(["model", "prompt_template", "error_strategy"]);
    expect(pairs(next)).toEqual(["a.source>b", "start.source>a"]);
    expect(cut).toBe(1);
    expect(next.graph.edges.find((one) => one.source === "a")!.data).toMatchObject({ sourceType: "code", targetType: "llm" });
  });

  it("moves the edges of one exit to the first exit of the new type", () => {
    const branching = changeType(line(), "a", TYPES["if-else"]!, "If", TYPES).document;
    expect(pairs(branching)).toContain("a.true>b");
    const plain = changeType(fork(), "branch", TYPES.llm!, "LLM", TYPES);
    expect(pairs(plain.document)).toContain("branch.source>yes");
    expect(plain.cut).toBe(1);
    expect(nodeById(branching, "a")!.data.title).toBe("a");
  });

  it.each(["start", "each", "eachstart"])("leaves %s as it is", (id) => {
    const document = rounds();
    expect(changeType(document, id, TYPES.llm!, "LLM", TYPES).document).toBe(document);
  });
});

describe("disabling and pinning", () => {
  const disabled = (document: FlowDocument): string[] =>
    document.graph.nodes.filter((one) => one.data.disabled === true).map((one) => one.id);

  it("disables all until all are, then enables them, and leaves no trace", () => {
    const some = toggleDisabled(line(), ["a"]);
    const all = toggleDisabled(some, ["start", "a", "b"]);
    expect(disabled(all)).toEqual(["a", "b"]);
    expect(toggleDisabled(all, ["a", "b"])).toEqual(line());
  });

  it("pins outputs and takes them away again", () => {
    const pinned = pin(line(), { a: { outputs: { text: "x" }, handle: "source" } });
    expect(nodeById(pinned, "a")!.data.pinned).toEqual({ outputs: { text: "x" }, handle: "source" });
    expect(unpin(pinned, ["a", "b"])).toEqual(line());
    expect(unpin(line(), ["a"])).toEqual(line());
  });

  it("pins nothing that shows results", () => {
    expect(
      line()
        .graph.nodes.filter(canPin)
        .map((one) => one.id),
    ).toEqual(["a", "b"]);
  });
});

describe("searching a flow", () => {
  const document = flow([
    node("s", "start", 0, 0, { title: "Begin", variables: [{ variable: "question" }] }),
    node("m", "llm", 300, 0, { title: "Draft", prompt_template: [{ role: "user", text: "Answer the Question in\n\ntwo lines" }] }),
    { ...node("n", "", 0, 300, { title: "", text: "plain question" }), type: "custom-note" },
  ]);
  const run = foldEvents(
    EMPTY_RUN,
    events(
      { type: "node_started", node_run_id: "m", node_id: "m", node_type: "llm", title: "Draft", path: "", index: 1 },
      {
        type: "node_finished",
        ...{ node_run_id: "m", node_id: "m", node_type: "llm", title: "Draft", path: "", index: 1, attempt: 1, status: "succeeded" },
        outputs: { text: "Forty-two is the answer" },
      },
    ),
  );
  const found = (query: string) => searchFlow(document, run, query).map(({ nodeId, place }) => `${nodeId} ${place.kind} ${place.name}`);

  it.each([
    ["question", ["s setting variable", "n setting text", "m setting text"]],
    ["DRAFT", ["m title "]],
    ["forty-two", ["m output text"]],
    ["user", ["m setting role"]],
    ["  ", []],
    ["nowhere", []],
  ])("%s", (query, expected) => {
    expect(found(query).toSorted()).toEqual([...expected].toSorted());
  });

  it("marks the hit in one line of text", () => {
    const hit = searchFlow(document, run, "QUESTION in").find(({ nodeId }) => nodeId === "m")!;
    expect(hit.excerpt.slice(hit.at, hit.at + hit.length)).toBe("Question in");
    expect(hit.excerpt).toBe("Answer the Question in two lines");
  });
});
