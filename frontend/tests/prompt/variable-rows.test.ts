import { describe, expect, it } from "vitest";
import { renameVariable } from "@/features/prompt/rename-variable";
import { firstUsable, variableRows } from "@/features/prompt/variable-rows";
import { variable } from "@/features/prompt/node-outputs";
import type { VariableGroup } from "@/features/prompt/variables-in-scope";

const group = (
  id: string,
  title: string,
  variables: VariableGroup["variables"],
  blocked: VariableGroup["blocked"] = null,
): VariableGroup => ({
  id,
  kind: "node",
  title,
  nodeType: "llm",
  distance: 1,
  blocked,
  variables,
});
const groups = [
  group("a", "Draft reply", [
    variable(["a", "text"], "string"),
    variable(["a", "out"], "object", [variable(["a", "out", "city"], "string"), variable(["a", "out", "size"], "number")]),
  ]),
  group("b", "翻译", [variable(["b", "text"], "string", [], "Ｒｅｓｕｌｔ")]),
  group("z", "Later", [variable(["z", "text"], "string")], { code: "runs_after" }),
];
const rows = (query: string, wanted?: string[], unfolded: string[] = []) =>
  variableRows(groups, { query, wanted, unfolded: new Set(unfolded), groupWords: () => "LLM" });
const keys = (...args: Parameters<typeof rows>) => rows(...args).map((row) => row.key);

describe("variableRows", () => {
  it("is folded at first and unfolds", () => {
    expect(keys("")).toEqual(["a.text", "a.out", "b.text", "z.text"]);
    expect(keys("", undefined, ["a.out"])).toEqual(["a.text", "a.out", "a.out.city", "a.out.size", "b.text", "z.text"]);
  });

  it("searches name, node, type and description, whatever the width of letters", () => {
    expect(keys("draft text")).toEqual(["a.text"]);
    expect(keys("翻译")).toEqual(["b.text"]);
    expect(keys("result")).toEqual(["b.text"]);
    expect(keys("llm object")).toEqual(["a.out"]);
  });

  it("shows the way to what is found inside", () => expect(keys("city")).toEqual(["a.out", "a.out.city"]));

  it("blocks by type and by place, and starts at the first that can be taken", () => {
    const found = rows("", ["number"], ["a.out"]);
    expect(found.map((row) => row.blocked?.code ?? null)).toEqual([
      "wrong_type",
      "wrong_type",
      "wrong_type",
      null,
      "wrong_type",
      "runs_after",
    ]);
    expect(firstUsable(found)).toBe(3);
  });

  it("starts at the variable whose own name begins with what was typed, not at the first of a step named so", () => {
    const found = variableRows(
      [
        group("q", "Question classifier", [variable(["q", "class_name"], "string")]),
        group("sys", "System", [variable(["sys", "query"], "string")]),
      ],
      { query: "que", unfolded: new Set(), groupWords: () => "" },
    );
    expect(found).toHaveLength(2);
    expect(found[firstUsable(found, "que")]!.key).toBe("sys.query");
  });
});

describe("renameVariable", () => {
  const nodes = [
    { id: "start", position: { x: 0, y: 0 }, data: { type: "start", title: "S" } },
    {
      id: "a",
      position: { x: 0, y: 0 },
      data: {
        type: "llm",
        title: "A",
        text: "{{#start.q#}} {{#start.query#}} {{#start.q.deep#}}",
        list: [
          ["start", "q"],
          ["start", "query"],
        ],
        other: ["x", "start", "q"],
      },
    },
    { id: "b", position: { x: 0, y: 0 }, data: { type: "llm", title: "B", text: "{{#a.q#}}" } },
  ];

  it("renames references and selectors and counts them; leaves all else as it was", () => {
    const { document, uses } = renameVariable({ graph: { nodes, edges: [] } }, "start", "q", "question");
    expect(uses).toBe(3);
    expect(document.graph.nodes[1]?.data).toMatchObject({
      text: "{{#start.question#}} {{#start.query#}} {{#start.question.deep#}}",
      list: [
        ["start", "question"],
        ["start", "query"],
      ],
      other: ["x", "start", "q"],
    });
    expect(document.graph.nodes[2]).toBe(nodes[2]);
  });
});
