import { describe, expect, it } from "vitest";
import type { FlowDocument } from "@/api/types";
import { alignNodes, distribute } from "@/features/canvas/graph/align";
import { changeType } from "@/features/canvas/graph/change-type";
import { duplicate } from "@/features/canvas/graph/clipboard";
import { connect, reconnect, removeEdges } from "@/features/canvas/graph/connect";
import { moveBetween } from "@/features/canvas/graph/containers";
import { toggleCollapsed } from "@/features/canvas/graph/frames";
import { addNode, addOnEdge, moveNodes, removeNodes, renameNode } from "@/features/canvas/graph/nodes";
import { moveAlong } from "@/features/canvas/graph/reorder";
import { toggleDisabled } from "@/features/canvas/graph/switches";
import { addFrame, addNote } from "@/features/canvas/notes/notes";
import { createEditorStore } from "@/features/canvas/store";
import { fork, TYPES } from "./fixtures";

/** Numbers that are the same for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

type Act = (document: FlowDocument, roll: (below: number) => number) => FlowDocument;

const nodeOf = (document: FlowDocument, roll: (below: number) => number): string =>
  document.graph.nodes[roll(document.graph.nodes.length)]!.id;
const someOf = (document: FlowDocument, roll: (below: number) => number): string[] =>
  document.graph.nodes.filter(() => roll(3) === 0).map((node) => node.id);
const edgeOf = (document: FlowDocument, roll: (below: number) => number): string =>
  document.graph.edges[roll(Math.max(1, document.graph.edges.length))]?.id ?? "";

/** What people do to a flow, with chance choosing where. */
const ACTS: Record<string, Act> = {
  add: (now, roll) => addNode(now, { type: TYPES.llm!, title: "LLM", position: { x: roll(900), y: roll(900) } }).document,
  container: (now, roll) => addNode(now, { type: TYPES.iteration!, title: "Each", position: { x: roll(900), y: roll(900) } }).document,
  insert: (now, roll) => addOnEdge(now, edgeOf(now, roll), TYPES["template-transform"]!, "Template", TYPES).document,
  move: (now, roll) => moveNodes(now, { [nodeOf(now, roll)]: { x: roll(900), y: roll(900) } }),
  into: (now, roll) => {
    const home = now.graph.nodes.find((node) => node.data.type === "iteration");
    return home ? moveBetween(now, someOf(now, roll), home.id).document : now;
  },
  remove: (now, roll) => removeNodes(now, someOf(now, roll)),
  cut: (now, roll) => removeEdges(now, [edgeOf(now, roll)]),
  connect: (now, roll) => {
    const linked = connect(now, { source: nodeOf(now, roll), sourceHandle: "source", target: nodeOf(now, roll) }, TYPES);
    return linked.refusal ? now : linked.document;
  },
  reconnect: (now, roll) => {
    const edge = now.graph.edges[roll(Math.max(1, now.graph.edges.length))];
    const linked = edge && reconnect(now, edge.id, { ...edge, target: nodeOf(now, roll) }, TYPES);
    return !linked || linked.refusal ? now : linked.document;
  },
  reorder: (now, roll) => moveAlong(now, nodeOf(now, roll), roll(2) ? 1 : -1, TYPES) ?? now,
  rename: (now, roll) => renameNode(now, nodeOf(now, roll), `Step ${roll(1000)}`),
  retype: (now, roll) => changeType(now, nodeOf(now, roll), TYPES.llm!, "LLM", TYPES).document,
  duplicate: (now, roll) => duplicate(now, someOf(now, roll), TYPES, "workflow").document,
  disable: (now, roll) => toggleDisabled(now, someOf(now, roll)),
  note: (now, roll) => addNote(now, { position: { x: roll(900), y: roll(900) }, text: "A note" }).document,
  frame: (now, roll) => addFrame(now, someOf(now, roll), "Frame")?.document ?? now,
  collapse: (now, roll) => toggleCollapsed(now, now.graph.nodes.findLast((node) => node.data.frame)?.id ?? nodeOf(now, roll)),
  align: (now, roll) => alignNodes(now, someOf(now, roll), "left"),
  distribute: (now, roll) => distribute(now, someOf(now, roll), "vertical"),
};

describe("any acts, undone one by one", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))("lead back to the start and on again (%i)", (seed) => {
    const roll = dice(seed * 7919 + 1);
    const start = fork();
    const before = structuredClone(start);
    const { actions, getState } = createEditorStore({
      appId: "a",
      workspaceId: "w",
      mode: "workflow",
      document: start,
      nodeTypes: TYPES,
    });
    const seen = [before];
    const names = Object.keys(ACTS);
    for (let count = 0; count < 30; count += 1) {
      const act = ACTS[names[roll(names.length)]!]!;
      const held = getState().document;
      actions.change({ text: "act" }, (document) => act(document, roll));
      if (getState().document !== held) seen.push(structuredClone(getState().document));
    }
    expect(seen.length).toBeGreaterThan(5);
    for (let at = seen.length - 2; at >= 0; at -= 1) {
      actions.undo();
      expect(getState().document).toEqual(seen[at]);
    }
    expect(getState().history.past).toHaveLength(0);
    actions.travel(seen.length - 1);
    expect(getState().document).toEqual(seen.at(-1));
    // No act writes into what was there before it.
    expect(start).toEqual(before);
  });
});
