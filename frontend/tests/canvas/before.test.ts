import { describe, expect, it } from "vitest";
import { addBefore } from "@/features/canvas/graph/nodes";
import { usersOf } from "@/features/canvas/graph/references";
import type { FlowDocument } from "@/api/types";
import { flow, fork, node, TYPES } from "./fixtures";

const links = (document: FlowDocument): string[] =>
  document.graph.edges.map(({ source, sourceHandle, target }) => `${source}/${sourceHandle}>${target}`).toSorted();

describe("a step before another", () => {
  it("is passed by everything that led there, from every branch", () => {
    const { document, id } = addBefore(fork(), "end", TYPES["template-transform"]!, "First", TYPES);
    expect(links(document).filter((link) => link.endsWith(`>${id}`))).toEqual([`no/source>${id}`, `yes/source>${id}`]);
    expect(links(document).filter((link) => link.endsWith(">end"))).toEqual([`${id}/source>end`]);
  });

  it("leads to a step that nothing led to", () => {
    const { document, id } = addBefore(flow([node("lone", "llm", 400, 0)]), "lone", TYPES["template-transform"]!, "First", TYPES);
    expect(links(document)).toEqual([`${id}/source>lone`]);
  });
});

describe("what uses a step", () => {
  it("is told by title, from texts and from lists of names", () => {
    const document = flow([
      node("a", "llm"),
      node("b", "llm", 0, 0, { prompt: "Say {{#a.text#}}" }),
      node("c", "end", 0, 0, { outputs: [{ value_selector: ["a", "text"] }] }),
      node("d", "llm", 0, 0, { words: ["a", "b"], prompt: "a" }),
    ]);
    expect(usersOf(document, new Set(["a"]))).toEqual(["b", "c", "d"]);
    expect(usersOf(document, new Set(["a", "b", "c", "d"]))).toEqual([]);
  });
});
