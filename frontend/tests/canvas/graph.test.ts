import { describe, expect, it } from "vitest";
import type { FlowDocument } from "@/api/types";
import { connect, reconnect, whyNot } from "@/features/canvas/graph/connect";
import { nodeHandles } from "@/features/canvas/graph/handles";
import { addableTypes, newNodeId } from "@/features/canvas/graph/model";
import {
  addAfter,
  addNode,
  addOnEdge,
  moveNodes,
  removeNodes,
  renameNode,
  setNodeData,
  spliceIntoEdge,
  withModel,
} from "@/features/canvas/graph/nodes";
import { downstream, readingOrder, structureOf, upstream } from "@/features/canvas/graph/structure";
import { tidy } from "@/features/canvas/graph/tidy";
import { edge, flow, fork, line, node, TYPES } from "./fixtures";

const pairs = (document: FlowDocument): string[] =>
  document.graph.edges.map((one) => `${one.source}.${one.sourceHandle}>${one.target}`).toSorted();

describe("connecting", () => {
  const inside = flow(
    [
      node("start", "start"),
      node("loop", "iteration"),
      node("in", "iteration-start", 0, 0, {}, { parentId: "loop" }),
      node("child", "llm", 0, 0, {}, { parentId: "loop" }),
      node("out", "llm"),
    ],
    [edge("start", "loop")],
  );
  it.each([
    ["cycle", line(), { source: "b", target: "a" }],
    ["cycle", fork(), { source: "yes", target: "branch" }],
    ["into_start", line(), { source: "a", target: "start" }],
    ["out_of_end", line(), { source: "end", target: "a" }],
    ["self", line(), { source: "a", target: "a" }],
    ["duplicate", line(), { source: "a", target: "b" }],
    ["duplicate", line(), { source: "a", sourceHandle: "success-branch", target: "b" }],
    ["missing_node", line(), { source: "a", target: "gone" }],
    ["missing_handle", fork(), { source: "branch", sourceHandle: "other", target: "end" }],
    ["missing_handle", fork(), { source: "branch", target: "end" }],
    ["crosses_container", inside, { source: "start", target: "child" }],
    ["crosses_container", inside, { source: "child", target: "out" }],
    ["into_start", inside, { source: "child", target: "in" }],
  ])("refuses with %s", (code, document, link) => {
    expect(whyNot(document, link, TYPES)?.code).toBe(code);
    expect(connect(document, link, TYPES)).toMatchObject({ refusal: { code } });
  });

  it("names both nodes in the refusal", () => {
    expect(whyNot(line(), { source: "b", target: "a" }, TYPES)?.params).toEqual({ source: "b", target: "a" });
  });

  it.each([
    [fork(), { source: "branch", sourceHandle: "true", target: "end" }],
    [line(), { source: "start", sourceHandle: "source", target: "b" }],
    [inside, { source: "in", sourceHandle: null, target: "child" }],
  ])("draws an allowed edge with what the runtime reads", (document, link) => {
    const linked = connect(document, link, TYPES);
    if (linked.refusal) throw new Error(linked.refusal.code);
    const drawn = linked.document.graph.edges.at(-1)!;
    expect(drawn).toMatchObject({ ...link, sourceHandle: link.sourceHandle ?? "source", targetHandle: "target", type: "custom" });
    expect(drawn.data?.sourceType).toBe(document.graph.nodes.find((one) => one.id === link.source)!.data.type);
    expect(document.graph.edges).not.toContain(drawn);
  });

  it("moves an end of an edge, and judges without the edge that goes", () => {
    const moved = reconnect(line(), "a-source-b-target", { source: "a", target: "end" }, TYPES);
    expect(!moved.refusal && pairs(moved.document)).toEqual(["a.source>end", "b.source>end", "start.source>a"]);
    const turned = reconnect(
      flow([node("a", "llm"), node("b", "llm")], [edge("a", "b")]),
      "a-source-b-target",
      { source: "b", target: "a" },
      TYPES,
    );
    expect(turned.refusal).toBeUndefined();
  });
});

describe("removing", () => {
  it.each([
    ["a middle node", line(), ["a"], ["b.source>end", "start.source>b"]],
    ["two in a row", line(), ["a", "b"], ["start.source>end"]],
    ["the last node", line(), ["end"], ["a.source>b", "start.source>a"]],
    [
      "one arm of a branch, keeping its handle",
      fork(),
      ["yes"],
      ["branch.false>no", "branch.true>end", "no.source>end", "start.source>branch"],
    ],
    ["a branch node, where no arm stands for all", fork(), ["branch"], ["no.source>end", "yes.source>end"]],
    ["the start, which stays", line(), ["start"], ["a.source>b", "b.source>end", "start.source>a"]],
  ])("heals %s", (_, document, ids, expected) => {
    expect(pairs(removeNodes(document, ids))).toEqual(expected);
  });

  it("does not draw a healed edge twice", () => {
    const document = line();
    document.graph.edges.push(edge("start", "b"));
    expect(pairs(removeNodes(document, ["a"]))).toEqual(["b.source>end", "start.source>b"]);
  });

  it("ignores the fail branch when healing", () => {
    const document = flow(
      [node("start", "start"), node("a", "llm", 0, 0, { error_strategy: "fail-branch" }), node("ok", "end"), node("bad", "end")],
      [edge("start", "a"), edge("a", "ok"), edge("a", "bad", "fail-branch")],
    );
    expect(pairs(removeNodes(document, ["a"]))).toEqual(["start.source>ok"]);
  });

  it("takes the children of a container along", () => {
    const document = flow(
      [node("start", "start"), node("loop", "iteration"), node("child", "llm", 0, 0, {}, { parentId: "loop" })],
      [edge("start", "loop")],
    );
    expect(removeNodes(document, ["loop"]).graph.nodes.map((one) => one.id)).toEqual(["start"]);
  });
});

describe("adding", () => {
  it("gives ids that rise and have 13 digits", () => {
    const ids = Array.from({ length: 50 }, newNodeId);
    expect(new Set(ids).size).toBe(50);
    expect(ids.every((id) => /^\d{13}$/.test(id))).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
  });

  it("copies the defaults and makes the title unique", () => {
    const first = addNode(line(), { type: TYPES.llm!, title: "LLM", position: { x: 3, y: 5 } });
    const second = addNode(first.document, { type: TYPES.llm!, title: "LLM", position: { x: 0, y: 0 } });
    const added = second.document.graph.nodes.at(-1)!;
    expect(added).toMatchObject({ id: second.id, type: "custom", data: { type: "llm", title: "LLM 2" } });
    expect(added.data.model).not.toBe(TYPES.llm!.defaults.model);
    expect(first.document.graph.nodes.at(-1)!.position).toEqual({ x: 0, y: 8 });
  });

  it("fills the default model only where none is named", () => {
    const model = { provider: "demo", name: "demo-chat" };
    expect(withModel(TYPES.llm!, model).defaults.model).toEqual(model);
    expect(withModel(TYPES.end!, model)).toBe(TYPES.end);
    expect(withModel(TYPES.llm!, null)).toBe(TYPES.llm);
  });

  it("connects the next step and puts it beside the others", () => {
    const first = addAfter(line(), "start", "source", TYPES.llm!, "New", TYPES);
    expect(pairs(first.document)).toContain(`start.source>${first.id}`);
    const spots = first.document.graph.nodes.map((one) => `${one.position.x},${one.position.y}`);
    expect(new Set(spots).size).toBe(spots.length);
  });

  it("inserts on an edge and pushes what follows to the right", () => {
    const { document, id } = addOnEdge(line(), "a-source-b-target", TYPES.llm!, "New", TYPES);
    expect(pairs(document)).toEqual([`${id}.source>b`, `a.source>${id}`, "b.source>end", "start.source>a"].toSorted());
    const x = (name: string): number => document.graph.nodes.find((one) => one.id === name)!.position.x;
    expect(x("a")).toBe(320);
    expect(x(id)).toBeGreaterThan(x("a") + 256);
    expect(x("b")).toBeGreaterThanOrEqual(x(id) + 256);
    expect(x("end") - x("b")).toBe(320);
  });

  it("lays a lone node into an edge, by the first branch of a branching one", () => {
    const document = line();
    document.graph.nodes.push(node("lone", "if-else", 0, 0, { cases: [{ case_id: "c1" }] }));
    expect(pairs(spliceIntoEdge(document, "lone", "a-source-b-target", TYPES))).toEqual([
      "a.source>lone",
      "b.source>end",
      "lone.c1>b",
      "start.source>a",
    ]);
  });

  it("offers types of this mode, and a start only to a flow without one", () => {
    const types = { ...TYPES, start: { ...TYPES.start!, addable: true } };
    const names = (document: FlowDocument, mode: "workflow" | "advanced-chat") =>
      addableTypes(types, mode, document).map((type) => type.type);
    expect(names(line(), "workflow")).not.toContain("start");
    expect(names(flow([]), "workflow")).toContain("start");
    expect(names(line(), "workflow")).toContain("end");
    expect(names(line(), "advanced-chat")).not.toContain("end");
    expect(names(line(), "advanced-chat")).toContain("answer");
  });
});

describe("editing", () => {
  it("leaves everything else as the same object", () => {
    const document = line();
    const edited = setNodeData(document, "a", { title: "A" });
    expect(edited.graph.nodes[1]).not.toBe(document.graph.nodes[1]);
    expect(edited.graph.nodes[2]).toBe(document.graph.nodes[2]);
    expect(edited.graph.edges).toBe(document.graph.edges);
    expect(document.graph.nodes[1]!.data.title).toBe("a");
  });

  it("gives back the same document when nothing changes", () => {
    const document = line();
    expect(setNodeData(document, "a", { title: "a" })).toBe(document);
    expect(setNodeData(document, "gone", { title: "x" })).toBe(document);
    expect(renameNode(document, "a", "  ")).toBe(document);
    expect(moveNodes(document, { a: { x: 320, y: 0 } })).toBe(document);
    expect(removeNodes(document, ["start"])).toBe(document);
  });

  it("drops the edges of a case that is deleted, not those of the others", () => {
    const document = setNodeData(fork(), "branch", (data) => void (data.cases = []), TYPES);
    expect(pairs(document)).toEqual(["branch.false>no", "no.source>end", "start.source>branch", "yes.source>end"].toSorted());
  });

  it("drops the edge of a fail branch that is switched off", () => {
    const document = flow(
      [node("a", "llm", 0, 0, { error_strategy: "fail-branch" }), node("b", "llm"), node("c", "llm")],
      [edge("a", "b"), edge("a", "c", "fail-branch")],
    );
    expect(pairs(setNodeData(document, "a", { error_strategy: null }, TYPES))).toEqual(["a.source>b"]);
  });
});

describe("handles", () => {
  const ids = (type: string, data: Record<string, unknown>): string[] => nodeHandles(TYPES[type], data).map((handle) => handle.id);
  it.each([
    ["llm", {}, ["source"]],
    ["llm", { error_strategy: "fail-branch" }, ["source", "fail-branch"]],
    ["llm", { error_strategy: "default-value" }, ["source"]],
    ["end", {}, []],
    ["if-else", { cases: [{ case_id: "x" }, { case_id: "y" }] }, ["x", "y", "false"]],
    ["if-else", { logical_operator: "and", conditions: [] }, ["true", "false"]],
    ["if-else", { classes: [{ id: "1", name: "A" }] }, ["1"]],
    ["if-else", { user_actions: [{ id: "ok", title: "OK" }] }, ["ok", "__timeout"]],
    ["unheard-of", {}, ["source"]],
  ])("of %s %j", (type, data, expected) => {
    expect(ids(type, data)).toEqual(expected);
  });
});

describe("structure", () => {
  it("knows what comes before and after", () => {
    expect([...upstream(fork(), "end")].toSorted()).toEqual(["branch", "no", "start", "yes"]);
    expect([...upstream(fork(), "start")]).toEqual([]);
    expect([...downstream(fork(), "branch")].toSorted()).toEqual(["end", "no", "yes"]);
  });

  it("counts a container and what leads to it as before its children", () => {
    const document = flow(
      [node("start", "start"), node("loop", "iteration"), node("child", "llm", 0, 0, {}, { parentId: "loop" })],
      [edge("start", "loop")],
    );
    expect([...upstream(document, "child")].toSorted()).toEqual(["loop", "start"]);
  });

  it("is kept while nodes are edited or moved, and made anew when an edge or node comes or goes", () => {
    const document = line();
    const before = structureOf(document);
    const ancestors = upstream(document, "end");
    const edited = moveNodes(setNodeData(document, "a", { title: "A" }), { b: { x: 1, y: 2 } });
    expect(structureOf(edited)).toBe(before);
    expect(upstream(edited, "end")).toBe(ancestors);
    expect(structureOf(addNode(document, { type: TYPES.llm!, title: "x", position: { x: 0, y: 0 } }).document)).not.toBe(before);
    expect(upstream(removeNodes(edited, ["b"]), "end")).not.toBe(ancestors);
  });

  it("lists nodes as they are read, also in a flow with a circle", () => {
    expect(readingOrder(fork())).toEqual(["start", "branch", "yes", "no", "end"]);
    expect(readingOrder(flow([node("a", "llm"), node("b", "llm", 1)], [edge("a", "b"), edge("b", "a")])).toSorted()).toEqual(["a", "b"]);
  });
});

describe("tidy", () => {
  it("lays out from left to right without overlap and keeps the corner", () => {
    const messy = moveNodes(fork(), {
      start: { x: 504, y: 40 },
      branch: { x: 504, y: 40 },
      yes: { x: 504, y: 40 },
      no: { x: 504, y: 40 },
      end: { x: 504, y: 40 },
    });
    const at = new Map(tidy(messy).graph.nodes.map((one) => [one.id, one.position]));
    expect(at.get("start")!.x).toBe(504);
    expect(at.get("start")!.x).toBeLessThan(at.get("branch")!.x);
    expect(at.get("branch")!.x).toBeLessThan(at.get("yes")!.x);
    expect(at.get("yes")!.x).toBe(at.get("no")!.x);
    expect(at.get("no")!.y - at.get("yes")!.y).toBeGreaterThanOrEqual(96);
    expect(at.get("yes")!.x).toBeLessThan(at.get("end")!.x);
  });

  it("moves only the chosen nodes", () => {
    const document = line();
    const at = tidy(document, undefined, ["a", "b"]).graph.nodes;
    expect(at[0]).toBe(document.graph.nodes[0]);
    expect(at[3]).toBe(document.graph.nodes[3]);
  });

  it("gives each of 500 nodes a place of its own", () => {
    const nodes = Array.from({ length: 500 }, (_, at) => node(`n${at}`, "llm"));
    const edges = nodes.slice(1).map((one, at) => edge(`n${Math.floor(at / 2)}`, one.id));
    const tidied = tidy(flow(nodes, edges));
    expect(new Set(tidied.graph.nodes.map((one) => `${one.position.x},${one.position.y}`)).size).toBe(500);
  });
});
