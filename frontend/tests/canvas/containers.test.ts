import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode } from "@/api/types";
import { duplicate, fragmentOf, insertFragment } from "@/features/canvas/graph/clipboard";
import { copyToYaml, pasteFromYaml } from "@/features/canvas/graph/clipboard-text";
import { connect } from "@/features/canvas/graph/connect";
import { containerAt, contentSize, INSET, moveBetween, resize, withStart } from "@/features/canvas/graph/containers";
import { addableTypes, sizeOf } from "@/features/canvas/graph/model";
import { addAfter, addNode, addOnEdge, removeNodes } from "@/features/canvas/graph/nodes";
import { nodeById, readingOrder } from "@/features/canvas/graph/structure";
import { tidy } from "@/features/canvas/graph/tidy";
import { viewNodes } from "@/features/canvas/view-model";
import { walk } from "@/features/canvas/walk";
import { edge, flow, line, node, rounds, TYPES } from "./fixtures";

const get = (document: FlowDocument, id: string): FlowNode => nodeById(document, id)!;
const pairs = (document: FlowDocument): string[] => document.graph.edges.map(({ source, target }) => `${source}>${target}`).toSorted();

/** Every child lies within its container, clear of its title. */
function expectContained(document: FlowDocument): void {
  for (const child of document.graph.nodes) {
    if (!child.parentId) continue;
    const size = sizeOf(get(document, child.parentId));
    expect(child.position.x).toBeGreaterThanOrEqual(0);
    expect(child.position.y).toBeGreaterThanOrEqual(0);
    expect(child.position.x + sizeOf(child).width).toBeLessThanOrEqual(size.width);
    expect(child.position.y + sizeOf(child).height).toBeLessThanOrEqual(size.height);
  }
}

describe("a new container", () => {
  it.each(["iteration", "loop"])("brings the start of its rounds: %s", (type) => {
    const { document, id } = addAfter(line(), "b", "source", TYPES[type]!, "Each", TYPES);
    const container = get(document, id);
    const start = get(document, `${id}start`);
    expect(container.data.start_node_id).toBe(start.id);
    expect(container).toMatchObject({ width: container.data.width, height: container.data.height });
    expect(start).toMatchObject({ type: `custom-${type}-start`, parentId: id, extent: "parent", data: { type: `${type}-start` } });
    expect(start.data[type === "loop" ? "loop_id" : "iteration_id"]).toBe(id);
    expectContained(document);
  });

  it("takes steps after its start, grows with them and pushes what follows", () => {
    let document = rounds();
    for (let count = 0; count < 3; count += 1) {
      const last = document.graph.nodes.findLast((one) => one.parentId)!;
      document = addAfter(document, last.id, "source", TYPES.llm!, "Step", TYPES).document;
    }
    expectContained(document);
    const each = get(document, "each");
    expect(sizeOf(each).width).toBeGreaterThan(1000);
    expect(get(document, "end").position.x).toBeGreaterThan(each.position.x + sizeOf(each).width);
    const added = document.graph.nodes.at(-1)!;
    expect(added).toMatchObject({ parentId: "each", zIndex: 1002, data: { isInIteration: true, iteration_id: "each" } });
    const drawn = document.graph.edges.at(-1)!;
    expect(drawn).toMatchObject({ zIndex: 1002, data: { isInIteration: true, isInLoop: false, iteration_id: "each" } });
  });

  it("may stand in another container, and both hold what is in them", () => {
    const { document, id } = addAfter(rounds(), "one", "source", TYPES.loop!, "Loop", TYPES);
    expect(get(document, id)).toMatchObject({ parentId: "each", data: { iteration_id: "each" } });
    expect(get(document, `${id}start`)).toMatchObject({ parentId: id, data: { loop_id: id } });
    expectContained(document);
    expectContained(addAfter(document, `${id}start`, "source", TYPES.llm!, "Deep", TYPES).document);
  });

  it("is laid into an edge with room for its width", () => {
    const { document, id } = addOnEdge(line(), "a-source-b-target", TYPES.iteration!, "Each", TYPES);
    const each = get(document, id);
    expect(get(document, "b").position.x).toBeGreaterThanOrEqual(each.position.x + sizeOf(each).width);
  });

  it("is offered what fits in it", () => {
    const names = (container?: string) => addableTypes(TYPES, "workflow", line(), { container }).map(({ type }) => type);
    expect(names("loop")).toContain("loop-end");
    expect(names("iteration")).not.toContain("loop-end");
    expect(names()).not.toContain("loop-end");
    expect(names("loop")).not.toContain("end");
  });
});

describe("an old file's container", () => {
  const old = flow(
    [
      node("each", "iteration", 0, 0, { start_node_id: "first" }),
      node("first", "llm", 16, 60, {}, { parentId: "each" }),
      node("second", "llm", 320, 60, {}, { parentId: "each" }),
    ],
    [edge("first", "second")],
  );

  it("is drawn without a start, and not changed by that", () => {
    const copy = structuredClone(old);
    expect(viewNodes([], old, { nodes: [], edges: [] }).map((one) => one.id)).toEqual(["each", "first", "second"]);
    expect(old).toEqual(copy);
  });

  it("gets one with the first edit in it, leading to what was first", () => {
    const edited = addAfter(old, "second", "source", TYPES.llm!, "New", TYPES).document;
    expect(get(edited, "each").data.start_node_id).toBe("eachstart");
    expect(pairs(edited)).toContain("eachstart>first");
    expect(get(edited, "first").position.x).toBeGreaterThan(get(edited, "eachstart").position.x + 48);
    expectContained(edited);
    expect(withStart(edited, "each")).toBe(edited);
  });

  it("that names its nodes only by their settings still has a border", () => {
    const loose = flow([node("each", "iteration"), node("in", "llm", 0, 0, { iteration_id: "each" }), node("out", "llm")]);
    expect(connect(loose, { source: "in", target: "out" }, TYPES)).toMatchObject({ refusal: { code: "crosses_container" } });
  });
});

describe("moving between regions", () => {
  it("takes a step in: place on the canvas, flags, and the line closes behind it", () => {
    const document = flow(
      [...rounds().graph.nodes, node("mid", "llm", 400, 80)],
      [edge("start", "mid"), edge("mid", "each"), edge("each", "end"), edge("eachstart", "one")],
    );
    const moved = moveBetween(document, ["mid"], "each");
    expect(moved.cut).toBe(2);
    expect(pairs(moved.document)).toEqual(["each>end", "eachstart>one", "start>each"]);
    expect(get(moved.document, "mid")).toMatchObject({ parentId: "each", position: { x: 80, y: 80 }, data: { iteration_id: "each" } });
    expectContained(moved.document);
  });

  it("takes steps out again without a trace, with the edge between them", () => {
    const twice = addAfter(rounds(), "one", "source", TYPES.llm!, "Two", TYPES);
    const moved = moveBetween(twice.document, ["one", twice.id], null);
    const one = get(moved.document, "one");
    expect(one.position).toEqual({ x: 464, y: 64 });
    expect(one).not.toHaveProperty("parentId");
    expect(one.data).not.toHaveProperty("iteration_id");
    expect(moved.cut).toBe(1);
    expect(moved.document.graph.edges.find((drawn) => drawn.source === "one")).toMatchObject({
      target: twice.id,
      zIndex: 0,
      data: { isInIteration: false },
    });
  });

  it("takes a container with all that is in it, but never into itself", () => {
    const nested = moveBetween(
      flow([...rounds().graph.nodes, node("loop", "loop", 0, 600)], rounds().graph.edges),
      ["each"],
      "loop",
    ).document;
    expect(get(nested, "each").parentId).toBe("loop");
    expect(get(nested, "one").parentId).toBe("each");
    expect(moveBetween(nested, ["loop"], "each").document).toBe(nested);
  });

  it.each(["start", "end", "eachstart"])("leaves %s where it is", (id) => {
    const document = rounds();
    expect(moveBetween(document, [id], id === "eachstart" ? null : "each").document).toBe(document);
  });

  it("finds the innermost container under a point", () => {
    const { document, id } = addAfter(rounds(), "one", "source", TYPES.loop!, "Loop", TYPES);
    const loop = get(document, id);
    const at = { x: 320 + loop.position.x + 10, y: loop.position.y + 10 };
    expect(containerAt(document, at)?.id).toBe(id);
    expect(containerAt(document, at, [id])?.id).toBe("each");
    expect(containerAt(document, { x: -5, y: 0 })).toBeUndefined();
  });
});

describe("size", () => {
  it("never gets smaller than what is inside", () => {
    const small = resize(rounds(), "each", { width: 10, height: 10 });
    expect(sizeOf(get(small, "each"))).toEqual(contentSize(rounds(), "each"));
    expect(sizeOf(get(resize(small, "each", { width: 900, height: 500 }), "each"))).toEqual({ width: 900, height: 500 });
    expect(resize(small, "each", { width: 1, height: 1 })).toBe(small);
  });
});

describe("removing and copying", () => {
  it("takes children of containers in containers along, whatever the order in the file", () => {
    const { document } = addAfter(rounds(), "one", "source", TYPES.loop!, "Loop", TYPES);
    const turned = { ...document, graph: { ...document.graph, nodes: document.graph.nodes.toReversed() } };
    expect(
      removeNodes(turned, ["each"])
        .graph.nodes.map((one) => one.id)
        .toSorted(),
    ).toEqual(["end", "start"]);
    expect(pairs(removeNodes(turned, ["each"]))).toEqual(["start>end"]);
  });

  it("keeps the start of the rounds unless the container goes", () => {
    const document = rounds();
    expect(removeNodes(document, ["eachstart"])).toBe(document);
  });

  it("pastes a container from YAML as it was, with ids of its own", () => {
    const { document } = addAfter(rounds(), "one", "source", TYPES.loop!, "Loop", TYPES);
    const result = pasteFromYaml(document, copyToYaml(document, ["each"]), { x: 2000, y: 0 }, TYPES, "workflow");
    if (typeof result === "string") throw new Error(result);
    const copies = result.ids.map((id) => get(result.document, id));
    const each = copies.find((copy) => copy.data.type === "iteration")!;
    const loop = copies.find((copy) => copy.data.type === "loop")!;
    expect(sizeOf(each)).toEqual(sizeOf(get(document, "each")));
    expect(each.data.start_node_id).toBe(`${each.id}start`);
    expect(loop).toMatchObject({ parentId: each.id, data: { iteration_id: each.id, start_node_id: `${loop.id}start` } });
    expect(copies.find((copy) => copy.data.type === "llm")!.data.text).toBe(`{{#${each.id}.item#}}`);
    expect(result.document.graph.edges.filter((drawn) => drawn.data?.iteration_id === each.id)).toHaveLength(2);
    expectContained(result.document);
  });

  it("copies children alone to where they may stand, without the start of the rounds", () => {
    const outside = insertFragment(rounds(), fragmentOf(rounds(), ["eachstart", "one"]), { x: 0, y: 800 }, TYPES, "workflow");
    expect(outside.ids).toHaveLength(1);
    expect(get(outside.document, outside.ids[0]!)).not.toHaveProperty("parentId");
    const beside = duplicate(rounds(), ["one"], TYPES, "workflow");
    expect(get(beside.document, beside.ids[0]!)).toMatchObject({
      parentId: "each",
      position: { x: 176, y: 112 },
      data: { iteration_id: "each" },
    });
  });
});

describe("around containers", () => {
  it("reads and walks what is inside right behind the container", () => {
    expect(readingOrder(rounds())).toEqual(["start", "each", "eachstart", "one", "end"]);
    expect(walk(rounds(), "each", "down")).toBe("eachstart");
    expect(walk(rounds(), "eachstart", "right")).toBe("one");
    expect(walk(rounds(), "eachstart", "left")).toBe("each");
    expect(walk(rounds(), "each", "right")).toBe("end");
  });

  it("tidies from the inside out", () => {
    let { document } = addNode(rounds(), { type: TYPES.llm!, title: "x", position: { x: 900, y: 700 }, parentId: "each" });
    ({ document } = addAfter(document, "one", "source", TYPES.loop!, "Loop", TYPES));
    const tidied = tidy(document);
    expectContained(tidied);
    const children = tidied.graph.nodes.filter((one) => one.parentId === "each");
    expect(Math.min(...children.map((one) => one.position.x))).toBe(INSET.left);
    expect(Math.min(...children.map((one) => one.position.y))).toBe(INSET.top);
    const each = get(tidied, "each");
    expect(get(tidied, "end").position.x).toBeGreaterThanOrEqual(each.position.x + sizeOf(each).width);
    expect(get(tidied, "eachstart").position.y).toBe(get(tidied, "one").position.y);
  });

  it("draws a circle of containers instead of hanging", () => {
    const circle = flow([node("a", "loop", 0, 0, {}, { parentId: "b" }), node("b", "loop", 0, 0, {}, { parentId: "a" })]);
    const drawn = viewNodes([], circle, { nodes: [], edges: [] });
    expect(drawn.filter((one) => one.parentId)).toHaveLength(1);
    expect(drawn.find((one) => one.parentId)?.parentId).toBe(drawn[0]!.id);
    expect(tidy(circle).graph.nodes).toHaveLength(2);
  });
});
