import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowEdge, FlowNode, NodeType } from "@/api/types";
import { outputsOf } from "@/features/prompt/node-outputs";
import { findVariable, type ScopeInput, typeFits, variablesInScope, whyBlocked } from "@/features/prompt/variables-in-scope";

function nodeType(type: string, more: Partial<NodeType> = {}): NodeType {
  return {
    type,
    title: { en: type },
    description: {},
    group: "logic",
    icon: "box",
    modes: [],
    addable: true,
    config_schema: {},
    defaults: {},
    outputs: [],
    outputs_from: null,
    handles: "single",
    error_handling: false,
    ...more,
  };
}
const TYPES: Record<string, NodeType> = Object.fromEntries(
  [
    nodeType("start", { outputs_from: { path: "variables", name: "variable", type: "type" } }),
    nodeType("llm", {
      outputs: [
        { name: "text", type: "string" },
        { name: "usage", type: "object" },
        { name: "structured_output", type: "object" },
      ],
      error_handling: true,
    }),
    nodeType("if-else", { handles: "cases" }),
    nodeType("template-transform", { outputs: [{ name: "output", type: "string" }] }),
    nodeType("variable-aggregator", { outputs: [{ name: "output", type: "any" }] }),
    nodeType("code", { outputs_from: { path: "outputs", name: "name", type: "type" } }),
  ].map((type) => [type.type, type]),
);

function node(id: string, type: string, data: Record<string, unknown> = {}, parentId?: string): FlowNode {
  return { id, position: { x: 0, y: 0 }, data: { type, title: id.toUpperCase(), ...data }, ...(parentId ? { parentId } : {}) };
}
function edges(...pairs: string[]): FlowEdge[] {
  return pairs.map((pair) => {
    const [source = "", target = ""] = pair.split(">");
    return { id: pair, source, target };
  });
}
const START = node("start", "start", {
  variables: [
    { variable: "q", type: "paragraph", label: "Question" },
    { variable: "n", type: "number" },
    { variable: "doc", type: "file" },
    { variable: "pics", type: "file-list" },
    { variable: "meta", type: "json_object" },
    { variable: "", type: "text-input" },
  ],
});
function scope(
  nodes: FlowNode[],
  edgeList: FlowEdge[],
  nodeId: string | null,
  more: Partial<FlowDocument> = {},
  mode: ScopeInput["mode"] = "workflow",
) {
  return variablesInScope({ document: { graph: { nodes, edges: edgeList }, ...more }, nodeTypes: TYPES, mode, nodeId });
}

describe("variablesInScope", () => {
  const nodes = [
    START,
    node("a", "llm"),
    node("b", "template-transform"),
    node("c", "llm"),
    node("side", "llm"),
    node("note", "custom-note"),
  ];
  const lines = edges("start>a", "a>b", "b>c", "start>side");

  it("goes from near to far, then the shared ones, then what cannot be used", () => {
    const groups = scope(nodes, lines, "b", {
      conversation_variables: [{ name: "topic", value_type: "string" }],
      environment_variables: [{ name: "key", value_type: "secret" }],
    });
    expect(groups.map((group) => [group.id, group.blocked && group.blocked.code])).toEqual([
      ["a", null],
      ["start", null],
      ["conversation", null],
      ["env", null],
      ["sys", null],
      ["b", "same_node"],
      ["c", "runs_after"],
      ["side", "not_connected"],
    ]);
    expect(groups[0]?.distance).toBe(1);
  });

  it("takes the types of the start node's controls and unfolds files", () => {
    const start = scope(nodes, lines, "a").find((group) => group.id === "start");
    expect(start?.variables.map((one) => [one.selector[1], one.type])).toEqual([
      ["q", "string"],
      ["n", "number"],
      ["doc", "file"],
      ["pics", "array[file]"],
      ["meta", "object"],
    ]);
    expect(start?.variables[2]?.children.map((child) => child.selector.join("."))).toContain("start.doc.url");
    expect(start?.variables[0]?.description).toBe("Question");
  });

  it("offers system variables by mode", () => {
    const names = (mode: ScopeInput["mode"]) =>
      scope(nodes, lines, "a", {}, mode)
        .find((group) => group.id === "sys")
        ?.variables.map((one) => one.selector[1]);
    expect(names("workflow")).not.toContain("query");
    expect(names("advanced-chat")).toEqual(expect.arrayContaining(["query", "conversation_id", "dialogue_count"]));
  });

  it("survives a cycle", () =>
    expect(scope(nodes, [...lines, ...edges("c>a")], "b").find((group) => group.id === "c")?.blocked?.code).toBe("runs_after"));

  it("lets a child see its container and what runs before it", () => {
    const inner = [START, node("it", "iteration", { iterator_input_type: "array[string]" }), node("x", "llm", {}, "it")];
    const groups = scope(inner, edges("start>it"), "x");
    expect(groups.map((group) => [group.id, group.blocked])).toEqual(
      expect.arrayContaining([
        ["it", null],
        ["start", null],
      ]),
    );
    expect(groups.find((group) => group.id === "it")?.variables.map((one) => [one.selector[1], one.type])).toEqual([
      ["item", "string"],
      ["index", "number"],
    ]);
  });
});

describe("outputsOf", () => {
  const names = (data: Record<string, unknown>, type: string) =>
    outputsOf(node("n", type, data), TYPES[type]).map((one) => `${one.selector.slice(1).join(".")}: ${one.type}`);

  it("shows structured output only when it is on, unfolded by its schema", () => {
    const structured_output = {
      schema: {
        type: "object",
        properties: {
          who: { type: "object", properties: { age: { type: "integer", description: "Years" } } },
          tags: { type: "array", items: { type: "string" } },
        },
      },
    };
    expect(names({ structured_output }, "llm")).toEqual(["text: string", "usage: object"]);
    const on = outputsOf(node("n", "llm", { structured_output, structured_output_enabled: true }), TYPES.llm).at(-1);
    expect(on?.children.map((child) => [child.selector.join("."), child.type])).toEqual([
      ["n.structured_output.who", "object"],
      ["n.structured_output.tags", "array[string]"],
    ]);
    expect(on?.children[0]?.children[0]).toMatchObject({
      selector: ["n", "structured_output", "who", "age"],
      type: "number",
      description: "Years",
    });
  });

  it("adds what error handling gives", () => {
    expect(names({ error_strategy: "fail-branch" }, "llm")).toEqual(
      expect.arrayContaining(["error_message: string", "error_type: string"]),
    );
  });

  it("types the aggregator by its data, one output per group", () => {
    expect(names({ output_type: "array[string]" }, "variable-aggregator")).toEqual(["output: array[string]"]);
    const grouped = { advanced_settings: { group_enabled: true, groups: [{ group_name: "first", output_type: "number", variables: [] }] } };
    expect(names(grouped, "variable-aggregator")).toEqual(["first: object"]);
  });

  it("reads rows kept as a map", () => expect(names({ outputs: { total: { type: "number" } } }, "code")).toEqual(["total: number"]));
  it("knows nothing of an unknown type", () => expect(names({ x: 1 }, "mystery")).toEqual([]));
});

describe("findVariable", () => {
  const groups = scope([START, node("a", "llm")], edges("start>a"), "a");
  it.each([
    [["start", "q"], "string"],
    [["start", "doc", "size"], "number"],
    [["start", "meta", "anything", "deep"], "object"],
    [["sys", "user_id"], "string"],
  ])("finds %j", (selector, type) => expect(findVariable(groups, selector)?.variable.type).toBe(type));
  it.each([[["start", "gone"]], [["nobody", "x"]], [["start"]], [["start", "q", "deeper"]], [["start", "doc", "colour"]]])(
    "misses %j",
    (selector) => expect(findVariable(groups, selector)).toBeNull(),
  );
});

describe("types", () => {
  it.each([
    ["string", undefined, true],
    ["string", ["string"], true],
    ["integer", ["number"], true],
    ["secret", ["string"], true],
    ["any", ["file"], true],
    ["array[string]", ["array"], true],
    ["Array[String]", ["array[string]"], true],
    ["array[any]", ["array[file]"], true],
    ["array[string]", ["string"], false],
    ["string", ["array[string]", "number"], false],
    ["object", ["string"], false],
  ])("%s for %j: %s", (type, wanted, fits) => expect(typeFits(type, wanted)).toBe(fits));

  it("says why", () => {
    const group = scope([START, node("a", "llm")], edges("start>a"), "a").find((one) => one.id === "start");
    const pics = group?.variables.find((one) => one.selector[1] === "pics");
    if (!group || !pics) throw new Error("no start");
    expect(whyBlocked(group, pics, ["string"])).toEqual({ code: "wrong_type", type: "array[file]", wanted: "string" });
    expect(whyBlocked({ ...group, blocked: { code: "runs_after" } }, pics, ["string"])).toEqual({ code: "runs_after" });
  });
});
