import { describe, expect, it } from "vitest";
import type { FlowDocument } from "@/api/types";
import { exampleBody, exampleCode } from "@/features/publish/examples";

function flow(variables: object[]): FlowDocument {
  return { graph: { nodes: [{ id: "s", position: { x: 0, y: 0 }, data: { type: "start", title: "Start", variables } }], edges: [] } };
}

const document = flow([
  { variable: "text", label: "Text", type: "paragraph", required: true },
  { variable: "tone", label: "Tone", type: "select", options: ["warm", "dry"] },
  { variable: "count", label: "Count", type: "number", default: "3" },
  { variable: "strict", label: "Strict", type: "checkbox" },
  { variable: "extra", label: "Extra", type: "json_object" },
]);

describe("examples", () => {
  it("use the app's own variables, each with a value of its kind", () => {
    expect(exampleBody("workflow", document)).toEqual({
      inputs: { text: "Text", tone: "warm", count: 3, strict: false, extra: {} },
      response_mode: "blocking",
      user: "user-123",
    });
  });

  it("add query and conversation where the app talks", () => {
    expect(exampleBody("advanced-chat", flow([]))).toMatchObject({ inputs: {}, query: "Hello", conversation_id: "" });
  });

  it("survive quotes in a label in the shell", () => {
    const code = exampleCode("curl", "workflow", flow([{ variable: "q", label: "What's up", type: "text-input" }]), "http://host/v1");
    expect(code).toContain("curl -X POST 'http://host/v1/workflows/run'");
    expect(code).toContain(`"q": "What'\\''s up"`);
  });

  it("write Python's own words for true, false and null", () => {
    const code = exampleCode("python", "workflow", document, "http://host/v1");
    expect(code).toContain('"strict": False,');
    expect(code).not.toMatch(/\bfalse\b/);
  });

  it("is JavaScript that parses", () => {
    const code = exampleCode("javascript", "advanced-chat", document, "http://host/v1");
    const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (body: string) => unknown;
    expect(() => new AsyncFunction(code)).not.toThrow();
  });
});
