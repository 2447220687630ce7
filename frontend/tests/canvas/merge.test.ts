import { describe, expect, it } from "vitest";
import { addNode, addOnEdge, moveNodes, removeNodes, renameNode, setNodeData } from "@/features/canvas/graph/nodes";
import { nodeById } from "@/features/canvas/graph/structure";
import { merge } from "@/features/canvas/merge/merge";
import { flow, line, node, TYPES } from "./fixtures";

const links = ({ graph }: ReturnType<typeof line>): string[] => graph.edges.map(({ source, target }) => `${source}>${target}`).toSorted();

describe("two drafts of one", () => {
  it("come together when they changed different settings of different steps, and of one", () => {
    const base = line();
    const mine = setNodeData(renameNode(base, "a", "Mine"), "b", { temperature: 1 });
    const theirs = setNodeData(renameNode(base, "b", "Theirs"), "a", { desc: "why" });
    const { document, clashes } = merge(base, mine, theirs);
    expect(clashes).toEqual([]);
    expect(nodeById(document, "a")!.data).toMatchObject({ title: "Mine", desc: "why" });
    expect(nodeById(document, "b")!.data).toMatchObject({ title: "Theirs", temperature: 1 });
  });

  it("are the other one's when nothing was changed here, and mine when nothing was there", () => {
    const base = line();
    const changed = removeNodes(renameNode(base, "a", "New"), ["b"]);
    expect(merge(base, base, changed).document).toEqual(changed);
    expect(merge(base, changed, base).document).toEqual(changed);
  });

  it("keep both's new steps and connections, and both's removals", () => {
    const base = line();
    const mine = addOnEdge(base, "start-source-a-target", TYPES["template-transform"]!, "T", TYPES);
    const theirs = removeNodes(base, ["b"]);
    const { document, clashes } = merge(base, mine.document, theirs);
    expect(clashes).toEqual([]);
    expect(links(document)).toEqual([`${mine.id}>a`, "a>end", `start>${mine.id}`].toSorted());
  });

  it("name the field that both changed, and take the choice", () => {
    const base = line();
    const mine = renameNode(base, "a", "Mine");
    const theirs = setNodeData(renameNode(base, "a", "Theirs"), "a", { desc: "kept" });
    const { document, clashes } = merge(base, mine, theirs);
    expect(clashes).toMatchObject([{ id: "a:title", path: ["title"], mine: "Mine", theirs: "Theirs", side: "mine" }]);
    expect(nodeById(document, "a")!.data).toMatchObject({ title: "Mine", desc: "kept" });
    expect(nodeById(merge(base, mine, theirs, { "a:title": "theirs" }).document, "a")!.data.title).toBe("Theirs");
  });

  it("keep a step that one changed and the other removed, until somebody chooses", () => {
    const base = line();
    const [changed, removed] = [renameNode(base, "a", "Changed"), removeNodes(base, ["a"])];
    for (const [mine, theirs] of [
      [changed, removed],
      [removed, changed],
    ] as const) {
      const { document, clashes } = merge(base, mine, theirs);
      expect(clashes).toMatchObject([{ id: "a:step", path: null }]);
      expect(nodeById(document, "a")?.data.title).toBe("Changed");
      const gone = merge(base, mine, theirs, { "a:step": mine === removed ? "mine" : "theirs" }).document;
      expect(nodeById(gone, "a")).toBeUndefined();
      expect(gone.graph.edges.every(({ source, target }) => source !== "a" && target !== "a")).toBe(true);
    }
  });

  it("compare rows by their names, wherever they stand", () => {
    const rows = (...names: string[]) => names.map((name) => ({ variable: name, label: name }));
    const base = flow([node("start", "start", 0, 0, { variables: rows("one", "two") })]);
    const mine = setNodeData(base, "start", { variables: [...rows("mine"), ...rows("one", "two")] });
    const theirs = setNodeData(base, "start", { variables: [...rows("one"), { variable: "two", label: "Two" }, ...rows("theirs")] });
    const { document, clashes } = merge(base, mine, theirs);
    expect(clashes).toEqual([]);
    expect(nodeById(document, "start")!.data.variables).toEqual([
      ...rows("mine", "one"),
      { variable: "two", label: "Two" },
      ...rows("theirs"),
    ]);
  });

  it("never make one model of two", () => {
    const model = (provider: string, name: string, more = {}) => ({ model: { provider, name, mode: "chat", ...more } });
    const base = flow([node("a", "llm", 0, 0, model("x", "small"))]);
    const mine = setNodeData(base, "a", model("y", "large"));
    const theirs = setNodeData(base, "a", model("x", "middle", { completion_params: { temperature: 1 } }));
    const { document, clashes } = merge(base, mine, theirs);
    expect(clashes).toMatchObject([{ path: ["model"] }]);
    expect(nodeById(document, "a")!.data.model).toEqual({
      provider: "y",
      name: "large",
      mode: "chat",
      completion_params: { temperature: 1 },
    });
  });

  it("do not quarrel about places", () => {
    const base = line();
    const mine = moveNodes(base, { a: { x: 1, y: 1 } });
    const theirs = moveNodes(base, { a: { x: 2, y: 2 }, b: { x: 3, y: 3 } });
    const { document, clashes } = merge(base, mine, theirs);
    expect(clashes).toEqual([]);
    expect([nodeById(document, "a")!.position, nodeById(document, "b")!.position]).toEqual([
      { x: 1, y: 1 },
      { x: 3, y: 3 },
    ]);
  });

  it("merge the app's variables and features too", () => {
    const base = { ...line(), features: { opening_statement: "Hi", file_upload: { enabled: false } } };
    const mine = { ...base, features: { ...base.features, opening_statement: "Hello" } };
    const theirs = { ...base, features: { ...base.features, file_upload: { enabled: true } } };
    expect(merge(base, mine, theirs)).toMatchObject({
      clashes: [],
      document: { features: { opening_statement: "Hello", file_upload: { enabled: true } } },
    });
  });

  it("keep a container that one removed while the other put something into it, until somebody chooses", () => {
    const base = addNode(line(), { type: TYPES.iteration!, title: "Each", position: { x: 0, y: 400 } });
    const theirs = removeNodes(base.document, [base.id]);
    const mine = addNode(base.document, { type: TYPES.llm!, title: "In", position: { x: 100, y: 64 }, parentId: base.id });
    const { document, clashes } = merge(base.document, mine.document, theirs);
    expect(clashes).toMatchObject([{ id: `${base.id}:step`, path: null }]);
    expect([base.id, `${base.id}start`, mine.id].every((id) => nodeById(document, id))).toBe(true);
    const gone = merge(base.document, mine.document, theirs, { [`${base.id}:step`]: "theirs" }).document;
    expect([base.id, `${base.id}start`, mine.id].some((id) => nodeById(gone, id))).toBe(false);
  });
});
