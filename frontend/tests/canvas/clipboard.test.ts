import { describe, expect, it } from "vitest";
import { duplicate, type Pasted } from "@/features/canvas/graph/clipboard";
import { copyToYaml, pasteFromYaml, readFragment } from "@/features/canvas/graph/clipboard-text";
import { repoint } from "@/features/canvas/graph/references";
import { edge, flow, line, node, TYPES } from "./fixtures";

function pasted(result: ReturnType<typeof pasteFromYaml>): Pasted {
  if (typeof result === "string") throw new Error(result);
  return result;
}

const source = flow(
  [
    node("start", "start", 0, 0, { variables: [{ variable: "q" }] }),
    node("one", "llm", 300, 40, { prompt_template: [{ role: "user", text: "Say {{#start.q#}}" }] }),
    node("two", "template-transform", 600, 80, {
      template: "{{#one.text#}} and {{#start.q#}}",
      variables: [{ variable: "v", value_selector: ["one", "text"] }],
      note: "one",
    }),
  ],
  [edge("start", "one"), edge("one", "two")],
);

describe("copying", () => {
  it("writes readable YAML without what only the canvas needs", () => {
    const text = copyToYaml(source, ["one", "two"]);
    expect(text).toContain("tidemill: nodes/1");
    expect(text).toContain("Say {{#start.q#}}");
    expect(text).not.toContain("targetHandle");
    expect(text).not.toMatch(/source: start/);
  });
});

describe("pasting", () => {
  it("remakes ids, keeps inner edges and follows references among the copies", () => {
    const { document, ids, dangling } = pasted(
      pasteFromYaml(source, copyToYaml(source, ["one", "two"]), { x: 1000, y: 500 }, TYPES, "workflow"),
    );
    const [one, two] = ids.map((id) => document.graph.nodes.find((candidate) => candidate.id === id)!);
    expect(ids).not.toContain("one");
    expect(one!.position).toEqual({ x: 1000, y: 504 });
    expect(two!.position).toEqual({ x: 1300, y: 544 });
    expect(two!.data.template).toBe(`{{#${one!.id}.text#}} and {{#start.q#}}`);
    expect(two!.data.variables).toEqual([{ variable: "v", value_selector: [one!.id, "text"] }]);
    expect(two!.data.note).toBe("one");
    expect(document.graph.edges.filter((candidate) => candidate.source === one!.id)).toMatchObject([
      { target: two!.id, sourceHandle: "source" },
    ]);
    expect(document.graph.edges).toHaveLength(3);
    expect(one!.data.title).toBe("one 2");
    expect(dangling).toBe(0);
  });

  it("counts references to nodes that the other app does not have", () => {
    const target = flow([node("start2", "start")]);
    const { dangling, ids } = pasted(pasteFromYaml(target, copyToYaml(source, ["one"]), { x: 0, y: 0 }, TYPES, "workflow"));
    expect(ids).toHaveLength(1);
    expect(dangling).toBe(1);
  });

  it.each([
    ["second_start", "start", "workflow"],
    ["wrong_mode", "end", "advanced-chat"],
    ["unknown_type", "hologram", "workflow"],
  ] as const)("leaves out a node: %s", (reason, type, mode) => {
    const text = copyToYaml(flow([node("x", type), node("y", "llm")]), ["x", "y"]);
    const { skipped, ids } = pasted(pasteFromYaml(line(), text, { x: 0, y: 0 }, TYPES, mode));
    expect(skipped).toEqual([{ type, title: "x", reason }]);
    expect(ids).toHaveLength(1);
  });

  it("takes the nodes of an app file", () => {
    const text =
      "version: '0.7.0'\nkind: app\nworkflow:\n  graph:\n    nodes:\n      - {id: n1, data: {type: llm, title: Hi}}\n    edges: []\n";
    expect(pasted(pasteFromYaml(line(), text, { x: 8, y: 8 }, TYPES, "workflow")).document.graph.nodes.at(-1)).toMatchObject({
      position: { x: 8, y: 8 },
      data: { title: "Hi" },
    });
  });

  it.each([
    ["empty", "  "],
    ["not_yaml", "just some words"],
    ["not_yaml", "a: [unclosed"],
    ["no_nodes", "title: nothing here"],
    ["foreign", JSON.stringify({ nodes: [{ parameters: {}, type: "other.webhook", typeVersion: 1 }], connections: {} })],
  ])("says %s of what it cannot read", (problem, text) => {
    expect(readFragment(text)).toBe(problem);
    expect(pasteFromYaml(line(), text, { x: 0, y: 0 }, TYPES, "workflow")).toBe(problem);
  });
});

describe("duplicating", () => {
  it("takes the children of a container along, pointing at the new container", () => {
    const document = flow(
      [
        node("start", "start"),
        node("loop", "iteration", 0, 0, { start_node_id: "in" }, { width: 400, height: 200 }),
        node("in", "iteration-start", 24, 60, { iteration_id: "loop" }, { parentId: "loop" }),
        node("child", "llm", 100, 60, { iteration_id: "loop", text: "{{#loop.item#}}" }, { parentId: "loop" }),
      ],
      [edge("in", "child")],
    );
    const { document: next, ids } = duplicate(document, ["loop"], TYPES, "workflow");
    const [loop, inner, child] = ids.map((id) => next.graph.nodes.find((one) => one.id === id)!);
    expect(loop!.data.start_node_id).toBe(inner!.id);
    expect(child).toMatchObject({
      parentId: loop!.id,
      position: { x: 100, y: 60 },
      data: { iteration_id: loop!.id, text: `{{#${loop!.id}.item#}}` },
    });
    expect(next.graph.edges.at(-1)).toMatchObject({ source: inner!.id, target: child!.id });
  });
});

describe("re-pointing", () => {
  const ids = new Map([["a", "Z"]]);
  it.each([
    ["{{#a.text#}} {{#b.text#}} {{a}}", "{{#Z.text#}} {{#b.text#}} {{a}}"],
    [
      ["a", "text"],
      ["Z", "text"],
    ],
    [["a"], ["a"]],
    [
      { start_node_id: "a", type: "a" },
      { start_node_id: "Z", type: "a" },
    ],
    [[{ value_selector: ["a", "x", "y"] }], [{ value_selector: ["Z", "x", "y"] }]],
    [null, null],
    [3, 3],
  ])("%j", (before, after) => {
    expect(repoint(before, ids)).toEqual(after);
  });
});
