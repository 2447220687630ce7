import { describe, expect, it } from "vitest";
import { connect } from "@/features/canvas/graph/connect";
import { addNode, addOnEdge, moveNodes, removeNodes, renameNode, setNodeData } from "@/features/canvas/graph/nodes";
import { duplicate } from "@/features/canvas/graph/clipboard";
import { createEditorStore, type EditorInit } from "@/features/canvas/store";
import { events, line, random, TYPES } from "./fixtures";

function editor(init: Partial<EditorInit> = {}) {
  const clock = { now: 1000 };
  const frames: (() => void)[] = [];
  const store = createEditorStore({
    appId: "app",
    workspaceId: "ws",
    mode: "workflow",
    document: line(),
    nodeTypes: TYPES,
    now: () => clock.now,
    nextFrame: (flush) => frames.push(flush),
    ...init,
  });
  return { store, clock, frames, actions: store.actions, state: store.getState };
}

const type = (actions: ReturnType<typeof editor>["actions"], text: string, mergeKey = "a.text"): void =>
  actions.updateNodeData("a", (data) => void (data.text = text), { mergeKey });

describe("undo", () => {
  it("merges a burst of typing into one act, and begins a new one after a pause", () => {
    const { actions, state, clock } = editor();
    for (const text of ["h", "he", "hey"]) {
      type(actions, text);
      clock.now += 300;
    }
    clock.now += 2000;
    type(actions, "hey you");
    expect(state().history.past).toHaveLength(2);
    actions.undo();
    expect(state().document.graph.nodes[1]!.data.text).toBe("hey");
    actions.undo();
    expect(state().document.graph.nodes[1]!.data.text).toBeUndefined();
    actions.redo();
    actions.redo();
    expect(state().document.graph.nodes[1]!.data.text).toBe("hey you");
  });

  it("does not merge different fields, acts without a key, or typing after an undo", () => {
    const { actions, state } = editor();
    type(actions, "x");
    type(actions, "y", "a.other");
    actions.updateNodeData("a", (data) => void (data.z = 1));
    actions.updateNodeData("a", (data) => void (data.z = 2));
    expect(state().history.past).toHaveLength(4);
    actions.travel(-3);
    type(actions, "xyz");
    expect(state().history).toMatchObject({ past: { length: 2 }, future: [] });
    actions.undo();
    actions.redo();
    type(actions, "after redo");
    expect(state().history.past).toHaveLength(3);
  });

  it("labels acts, and does not note what changes nothing", () => {
    const { actions, state } = editor();
    actions.change({ key: "rename" }, (document) => renameNode(document, "a", "a"));
    actions.edit({ text: "Nothing" }, () => undefined);
    expect(state().history.past).toHaveLength(0);
    actions.updateNodeData("a", (data) => void (data.x = 1));
    expect(state().history.past[0]!.label).toEqual({ key: "editNode", params: { title: "a" } });
  });

  it("survives saves and runs", () => {
    const { actions, state, frames } = editor();
    type(actions, "x");
    actions.setSaving({ saveState: "saved", revision: 2, savedDocument: state().document });
    actions.setRun("run");
    actions.applyRunEvents(events({ type: "run_started", inputs: {} }));
    for (const flush of frames) flush();
    actions.undo();
    expect(state().document.graph.nodes[1]!.data.text).toBeUndefined();
    expect(state().revision).toBe(2);
  });

  it("drops selection and open node that are no longer there", () => {
    const { actions, state } = editor();
    actions.openNode("b");
    actions.change({ key: "remove" }, (document) => removeNodes(document, ["b"]));
    expect(state()).toMatchObject({ openNodeId: null, selection: { nodes: [] } });
  });

  it("changes nothing when read-only", () => {
    const { actions, state } = editor({ readOnly: true });
    const before = state().document;
    type(actions, "x");
    actions.undo();
    expect(state().document).toBe(before);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("n random acts and n undos lead back to the start; as many redos to the end (seed %i)", (seed) => {
    const next = random(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
    const { actions, state, clock } = editor();
    const start = state().document;
    const frozen = JSON.stringify(start);
    const anyId = (): string => pick(state().document.graph.nodes).id;
    const acts = [
      () =>
        actions.change(
          { key: "add" },
          (now) =>
            addNode(now, { type: pick(Object.values(TYPES)), title: "New", position: { x: next() * 900, y: next() * 900 } }).document,
        ),
      () => actions.change({ key: "remove" }, (now) => removeNodes(now, [anyId(), anyId()])),
      () =>
        actions.change({ key: "connect" }, (now) => {
          const linked = connect(now, { source: anyId(), target: anyId() }, TYPES);
          return linked.refusal ? now : linked.document;
        }),
      () => actions.change({ key: "move" }, (now) => moveNodes(now, { [anyId()]: { x: Math.floor(next() * 99), y: 3 } })),
      () => actions.change({ key: "rename" }, (now) => renameNode(now, anyId(), `T${Math.floor(next() * 5)}`)),
      () => actions.change({ key: "duplicate" }, (now) => duplicate(now, [anyId()], TYPES, "workflow").document),
      () => actions.change({ key: "edit" }, (now) => setNodeData(now, anyId(), { error_strategy: pick(["fail-branch", null]) }, TYPES)),
      () => actions.updateNodeData(anyId(), (data) => void (data.text = String(next())), { mergeKey: "text" }),
      () => {
        const edge = state().document.graph.edges[0];
        if (edge) actions.change({ key: "insert" }, (now) => addOnEdge(now, edge.id, TYPES.llm!, "Mid", TYPES).document);
      },
      () => actions.undo(),
      () => actions.redo(),
    ];
    for (let act = 0; act < 120; act += 1) {
      clock.now += next() * 1500;
      pick(acts)();
      const { nodes, edges } = state().document.graph;
      const ids = new Set(nodes.map((one) => one.id));
      expect(ids.size).toBe(nodes.length);
      expect(new Set(edges.map((one) => one.id)).size).toBe(edges.length);
      expect(edges.every((one) => ids.has(one.source) && ids.has(one.target))).toBe(true);
    }
    const end = state().document;
    const count = state().history.past.length;
    for (let step = 0; step < count; step += 1) actions.undo();
    expect(state().document).toBe(start);
    expect(JSON.stringify(start)).toBe(frozen);
    actions.travel(count);
    expect(state().document).toBe(end);
  });
});

describe("focus and run", () => {
  it("asks for the same field twice", () => {
    const { actions, state } = editor();
    actions.focusField("a", "prompt_template.0.text");
    const first = state().focusRequest;
    actions.focusField("a", "prompt_template.0.text");
    expect(state().focusRequest).toMatchObject({ nodeId: "a", field: "prompt_template.0.text" });
    expect(state().focusRequest).not.toEqual(first);
    expect(state().openNodeId).toBe("a");
  });

  it("applies a burst of events once a frame and leaves untouched nodes alone", () => {
    const { store, actions, state, frames } = editor();
    let changes = 0;
    store.subscribe(() => (changes += 1));
    const list = events(
      { type: "run_started", inputs: {} },
      { type: "node_started", node_run_id: "1", node_id: "a", node_type: "llm", title: "a", path: "", index: 1 },
      { type: "node_started", node_run_id: "2", node_id: "b", node_type: "llm", title: "b", path: "", index: 2 },
      { type: "node_delta", node_run_id: "2", node_id: "b", path: "", text: "Hi" },
    );
    actions.applyRunEvents(list.slice(0, 3));
    actions.applyRunEvents([]);
    expect(frames).toHaveLength(1);
    frames[0]!();
    const { a } = state().runs;
    actions.applyRunEvents(list.slice(3));
    frames[1]!();
    expect(changes).toBe(2);
    expect(state().runs.a).toBe(a);
    expect(state().runs.b!.preview).toBe("Hi");
  });

  it("forgets queued events of the run before", () => {
    const { actions, state, frames } = editor();
    actions.setRun("one");
    actions.applyRunEvents(events({ type: "run_started", inputs: { old: true } }));
    actions.setRun("two");
    for (const flush of frames) flush();
    expect(state().run.state).toBe("queued");
  });
});
