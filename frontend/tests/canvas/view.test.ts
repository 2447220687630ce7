import { describe, expect, it } from "vitest";
import { caseSummary, summarise, titlesOf } from "@/features/canvas/card-summary";
import { moveNodes, renameNode, setNodeData } from "@/features/canvas/graph/nodes";
import { searchTypes } from "@/features/canvas/palette-search";
import { viewEdges, viewNodes } from "@/features/canvas/view-model";
import { walk } from "@/features/canvas/walk";
import { flow, fork, line, node, TYPES } from "./fixtures";

const nothing = { nodes: [], edges: [] };

describe("drawn nodes", () => {
  it("draws only what changed as a new object", () => {
    const document = line();
    const first = viewNodes([], document, nothing);
    expect(viewNodes(first, document, nothing)).toBe(first);
    const edited = viewNodes(first, setNodeData(document, "a", { x: 1 }), nothing);
    expect(edited.map((one, at) => one === first[at])).toEqual([true, false, true, true]);
    const selected = viewNodes(first, document, { nodes: ["b"], edges: [] });
    expect(selected.map((one) => one.selected)).toEqual([false, false, true, false]);
    expect(selected[0]).toBe(first[0]);
  });

  it("keeps measured sizes, and the place of a node that is being dragged", () => {
    const document = line();
    const dragged = viewNodes([], document, nothing).map((one) =>
      one.id === "a" ? { ...one, measured: { width: 9 }, dragging: true, position: { x: 7, y: 7 } } : one,
    );
    const next = viewNodes(dragged, setNodeData(document, "a", { x: 1 }), nothing).find((one) => one.id === "a")!;
    expect(next).toMatchObject({ measured: { width: 9 }, position: { x: 7, y: 7 }, data: { x: 1 } });
  });

  it("puts parents before their children, and notes and containers in their own cards", () => {
    const document = flow([
      node("child", "llm", 0, 0, {}, { parentId: "loop" }),
      node("loop", "iteration", 0, 0, {}, { width: 300, height: 200 }),
      { ...node("memo", "", 0, 0, { text: "hi" }), type: "custom-note" },
    ]);
    const drawn = viewNodes([], document, nothing);
    expect(drawn.findIndex((one) => one.id === "loop")).toBeLessThan(drawn.findIndex((one) => one.id === "child"));
    expect(Object.fromEntries(drawn.map((one) => [one.id, one.type]))).toEqual({ loop: "container", child: "step", memo: "note" });
  });

  it("lets the Tab key reach the edges of the selected node only", () => {
    const focusable = viewEdges(line(), { nodes: ["a"], edges: [] }).map((one) => one.focusable);
    expect(focusable).toEqual([true, true, false]);
  });
});

describe("walking", () => {
  it.each([
    [null, "right", "start"],
    ["start", "right", "branch"],
    ["branch", "right", "yes"],
    ["yes", "down", "no"],
    ["no", "up", "yes"],
    ["yes", "left", "branch"],
    ["end", "right", null],
    ["start", "left", null],
  ] as const)("from %s %s to %s", (from, direction, to) => {
    expect(walk(fork(), from, direction)).toBe(to);
  });

  it("reaches a node that no edge leads to", () => {
    const document = flow([node("a", "llm"), node("b", "llm", 400, 20)]);
    expect(walk(document, "a", "right")).toBe("b");
    expect(walk(document, "b", "left")).toBe("a");
  });
});

describe("card lines", () => {
  const document = flow([node("s", "start", 0, 0, { title: "Start" }), node("m", "llm", 0, 0, { title: "Draft" })]);
  const titles = titlesOf(document);
  const lines = (data: Record<string, unknown>) => summarise({ title: "x", type: "llm", ...data }, titles);

  it("keeps one list of titles until a title changes", () => {
    expect(titlesOf(moveNodes(document, { s: { x: 5, y: 5 } }))).toBe(titles);
    expect(titlesOf(renameNode(document, "s", "Begin")).get("s")).toBe("Begin");
  });

  it.each([
    [
      { model: { name: "gpt" }, prompt_template: [{ text: " " }, { text: "Say\n{{#s.q#}} {{#sys.query#}} {{#gone.x#}}" }] },
      [
        { kind: "model", text: "gpt" },
        { kind: "text", text: "Say {Start.q} {query} {gone.x}" },
      ],
    ],
    [{ prompt_template: { text: "Old form" } }, [{ kind: "text", text: "Old form" }]],
    [{ prompt_template: [{ edition_type: "jinja2", jinja2_text: "J", text: "T" }] }, [{ kind: "text", text: "J" }]],
    [
      { type: "start", variables: ["a", "b", "c", "d", "e"].map((variable) => ({ variable })) },
      [{ kind: "chips", items: ["a", "b", "c", "d"], more: 1 }],
    ],
    [
      {
        type: "variable-aggregator",
        variables: [
          ["m", "text"],
          ["sys", "query"],
          ["gone", "x"],
        ],
      },
      [{ kind: "chips", items: ["Draft.text", "query", "gone.x"], more: 0 }],
    ],
    [{ type: "http-request", method: "post", url: "https://api.example.com/v1/x?y" }, [{ kind: "code", text: "POST api.example.com" }]],
    [{ type: "end" }, []],
    [{ type: "something-new", desc: "What it does" }, [{ kind: "text", text: "What it does" }]],
    [{ model: null, prompt_template: "broken" }, []],
  ])("%j", (data, expected) => {
    expect(lines(data)).toEqual(expected);
  });

  it("tells a case by its conditions, also of an old file", () => {
    const conditions = [
      { variable_selector: ["s", "q"], comparison_operator: "contains", value: "{{#m.text#}}" },
      { variable_selector: ["s", "n"], comparison_operator: "in", value: ["a", "b"] },
    ];
    const expected = [
      { left: "q", operator: "contains", right: "{Draft.text}" },
      { left: "n", operator: "in", right: "a, b" },
    ];
    expect(caseSummary({ cases: [{ case_id: "c", logical_operator: "or", conditions }] }, "c", titles)).toEqual({
      conditions: expected,
      joint: "or",
    });
    expect(caseSummary({ conditions }, "true", titles)).toEqual({ conditions: expected, joint: "and" });
    expect(caseSummary({ cases: [] }, "gone", titles).conditions).toEqual([]);
  });
});

describe("palette search", () => {
  const found = (query: string): string[] => searchTypes(Object.values(TYPES), query).map((type) => type.type);
  it.each([
    ["llm", "llm"],
    ["模型", "llm"],
    ["ＬＬＭ", "llm"],
    ["decide", "if-else"],
    ["条件", "if-else"],
    ["jinja", "template-transform"],
    ["about answer", "answer"],
    ["end节点", "end"],
  ])("%s finds %s first", (query, first) => {
    expect(found(query)[0]).toBe(first);
  });

  it("finds nothing for nonsense and everything, in groups, for nothing", () => {
    expect(found("zzz")).toEqual([]);
    expect(found("  ")).toHaveLength(Object.keys(TYPES).length);
    expect(found("")[0]).toBe("llm");
  });
});
