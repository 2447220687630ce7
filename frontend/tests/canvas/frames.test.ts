import { describe, expect, it } from "vitest";
import { fragmentOf, insertFragment } from "@/features/canvas/graph/clipboard";
import { FRAME_IN, FRAME_OUT, hiddenNodes, inFrame, neighboursOf, toggleCollapsed } from "@/features/canvas/graph/frames";
import { lineOf } from "@/features/canvas/graph/line";
import { moveAlong } from "@/features/canvas/graph/reorder";
import { nodeById } from "@/features/canvas/graph/structure";
import { addFrame } from "@/features/canvas/notes/notes";
import { viewEdges, viewNodes } from "@/features/canvas/view-model";
import { walk } from "@/features/canvas/walk";
import { edge, flow, fork, line, node, TYPES } from "./fixtures";

const NOTHING = { nodes: [], edges: [] };

/** start → [a → b] → end, the frame around a and b collapsed. */
function collapsed() {
  const { document, id } = addFrame(line(), ["a", "b"], "Middle")!;
  return { document: toggleCollapsed(document, id), id, open: document };
}

describe("collapsing a frame", () => {
  it("hides what lies in it and draws its edges at the frame", () => {
    const { document, id } = collapsed();
    expect([...hiddenNodes(document)]).toEqual([
      ["a", id],
      ["b", id],
    ]);
    const drawn = viewNodes([], document, NOTHING);
    expect(drawn.filter((one) => one.hidden).map((one) => one.id)).toEqual(["a", "b"]);
    const edges = viewEdges(document, NOTHING).map(({ source, sourceHandle, target, targetHandle, hidden }) => [
      source,
      sourceHandle,
      target,
      targetHandle,
      hidden ?? false,
    ]);
    expect(edges).toEqual([
      ["start", "source", id, FRAME_IN, false],
      [id, FRAME_OUT, id, FRAME_IN, true],
      [id, FRAME_OUT, "end", "target", false],
    ]);
  });

  it("opens to the very flow that it was", () => {
    const { document, id, open } = collapsed();
    expect(toggleCollapsed(document, id)).toEqual(open);
  });

  it("keeps only what was in it, whatever is put in its place later", () => {
    const { document, id } = collapsed();
    const crowded = flow([...document.graph.nodes, node("late", "llm", 360, 20)], document.graph.edges);
    expect(hiddenNodes(crowded).has("late")).toBe(false);
    expect([...inFrame(crowded, nodeById(crowded, id)!)]).toEqual(["a", "b"]);
  });

  it("is walked through by its frame", () => {
    const { document, id } = collapsed();
    const frame = nodeById(document, id)!;
    expect(neighboursOf(document, frame, "right").map((one) => one.id)).toEqual(["end"]);
    expect(walk(document, id, "right")).toBe("end");
    expect(walk(document, id, "left")).toBe("start");
  });

  it("is copied with what it keeps", () => {
    const { document, id } = collapsed();
    const pasted = insertFragment(document, fragmentOf(document, [id]), { x: 0, y: 900 }, TYPES, "workflow");
    const copy = pasted.document.graph.nodes.find((one) => pasted.ids.includes(one.id) && one.data.frame)!;
    expect(copy.data.members).toHaveLength(2);
    expect((copy.data.members as string[]).every((member) => pasted.ids.includes(member) && member !== "a")).toBe(true);
  });

  it("hides frames in frames by the outermost, and never a frame by itself", () => {
    const { document, id } = collapsed();
    const outer = addFrame(document, [id, "end"], "All")!;
    const both = toggleCollapsed(outer.document, outer.id);
    expect(hiddenNodes(both).get("a")).toBe(outer.id);
    expect(hiddenNodes(both).get(id)).toBe(outer.id);
    const circle = flow([
      node("f", "", 0, 0, { frame: true, collapsed: true, members: ["g"] }, { type: "custom-note" }),
      node("g", "", 0, 0, { frame: true, collapsed: true, members: ["f"] }, { type: "custom-note" }),
    ]);
    expect([...hiddenNodes(circle)]).toEqual([["g", "f"]]);
  });
});

describe("the line of a step", () => {
  it("is what leads to it and what follows", () => {
    expect([...lineOf(fork(), "yes")].toSorted()).toEqual(["branch", "end", "start", "yes"]);
  });

  it("takes along what a container on the way holds, and what follows the container of an inner step", () => {
    const document = flow(
      [
        node("start", "start"),
        node("loop", "iteration", 300),
        node("inner", "llm", 20, 60, {}, { parentId: "loop" }),
        node("other", "llm", 20, 160, {}, { parentId: "loop" }),
        node("end", "end", 900),
      ],
      [edge("start", "loop"), edge("loop", "end")],
    );
    expect([...lineOf(document, "end")].toSorted()).toEqual(["end", "loop", "start"]);
    expect([...lineOf(document, "start")].toSorted()).toEqual(["end", "inner", "loop", "other", "start"]);
    expect([...lineOf(document, "inner")].toSorted()).toEqual(["end", "inner", "loop", "start"]);
  });
});

describe("changing places along a line", () => {
  it("lets two steps change places, with their places on the canvas", () => {
    const moved = moveAlong(line(), "b", -1, TYPES)!;
    expect(moved.graph.edges.map(({ source, target }) => `${source}>${target}`)).toEqual(["start>b", "b>a", "a>end"]);
    expect(nodeById(moved, "b")!.position).toEqual({ x: 320, y: 0 });
    expect(moveAlong(line(), "a", 1, TYPES)).toEqual(moved);
    const back = moveAlong(moved, "b", 1, TYPES)!;
    expect(back.graph.nodes).toEqual(line().graph.nodes);
    expect(back.graph.edges.map(({ id }) => id)).toEqual(line().graph.edges.map(({ id }) => id));
  });

  it("leaves the ends of a line and branches alone", () => {
    expect(moveAlong(line(), "a", -1, TYPES)).toBeNull();
    expect(moveAlong(line(), "b", 1, TYPES)).toBeNull();
    expect(moveAlong(fork(), "yes", -1, TYPES)).toBeNull();
  });
});
