import { describe, expect, it } from "vitest";
import type { NodeType } from "@/api/types";
import { recognise } from "@/features/canvas/graph/foreign-text";
import { TYPES } from "./fixtures";

const HTTP: NodeType = {
  ...TYPES.llm!,
  type: "http-request",
  title: { en: "HTTP request" },
  defaults: { method: "get", url: "", headers: "", params: "", body: { type: "none", data: [] }, authorization: { type: "no-auth" } },
};
const read = (text: string, http: NodeType | undefined = HTTP) => recognise(text, http, () => "HTTP request");

describe("pasted text", () => {
  it("makes a request of a cURL command", () => {
    const found = read(`$ curl -X POST 'https://api.example.com/items?page=2' -H 'X-Key: a' -d '{"a": 1}'`);
    expect(found.kind).toBe("steps");
    const [step] = found.kind === "steps" ? found.fragment.nodes : [];
    expect(step!.data).toMatchObject({
      type: "http-request",
      title: "api.example.com",
      method: "post",
      url: "https://api.example.com/items",
      params: "page: 2",
      headers: "X-Key: a",
    });
  });

  it("makes a request of an address alone, not of a sentence with one", () => {
    expect(read(" https://example.com/a.json\n").kind).toBe("steps");
    expect(read("see https://example.com/a.json").kind).toBe("words");
  });

  it.each([
    ["curl", "curl_unread"],
    ["curl 'https://example.com", "curl_unread"],
    [JSON.stringify({ nodes: [{ name: "Hook", type: "x.webhook", position: [1, 2] }], connections: {} }), "foreign"],
    ["   ", "empty"],
  ])("refuses %s with a reason", (text, reason) => {
    const found = read(text === "curl" ? "curl -s" : text);
    expect(found).toEqual({ kind: "refused", reason });
  });

  it.each([
    ["kind: app\nworkflow:\n  graph: {}", "flow"],
    ["tidemill: nodes/1\nnodes: []", "flow"],
    ['{"graph": {"nodes": []}}', "flow"],
    ["Remember: buy milk", "words"],
    ["- one\n- two", "words"],
  ])("reads %s as %s", (text, kind) => {
    expect(read(text).kind).toBe(kind);
  });

  it("keeps requests as words where a flow cannot have them", () => {
    expect(recognise("https://example.com", undefined, () => "").kind).toBe("words");
  });
});
