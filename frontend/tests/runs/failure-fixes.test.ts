import { produce } from "immer";
import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode, Model, NodeType } from "@/api/types";
import { type Fix, fixesFor } from "@/features/runs/failure-fix-list";

const TYPES = {
  llm: { type: "llm", error_handling: true, outputs: [{ name: "text", type: "string" }] },
  "http-request": { type: "http-request", error_handling: true, outputs: [{ name: "status_code", type: "number" }] },
  "if-else": { type: "if-else", error_handling: false, outputs: [] },
} as unknown as Record<string, NodeType>;
const model = (provider: string, name: string, context_size: number | null = null, features: string[] = []): Model =>
  ({ provider, name, context_size, features }) as unknown as Model;
const MODELS = [
  model("a", "small", 4000),
  model("a", "other", 8000),
  model("b", "large", 100_000, ["response_schema"]),
  model("demo", "demo"),
];
const node = (type: string, data: object = {}, id = "n"): FlowNode =>
  ({ id, position: { x: 0, y: 0 }, data: { type, title: id, ...data } }) as unknown as FlowNode;
const LLM = { model: { provider: "a", name: "small", completion_params: {} } };

function fixes(code: string, failed: FlowNode, ...others: FlowNode[]): Fix[] {
  const document = { graph: { nodes: [failed, ...others], edges: [] } } as unknown as FlowDocument;
  return fixesFor({ code, node: failed, document, nodeTypes: TYPES, models: MODELS });
}
const after = (fix: Fix | undefined, data: FlowNode["data"]) => produce(data, (draft) => fix?.change(draft));
const keys = (found: Fix[]) => found.map(({ key }) => key);

describe("what can be done about a failure", () => {
  it("of a busy provider: tries again, another provider's model, a default", () => {
    const failed = node("llm", LLM);
    const found = fixes("provider_rate_limited", failed);
    expect(found.map(({ key, params }) => [key, params])).toEqual([
      ["retry", { count: 3 }],
      ["model", { model: "large" }],
      ["default", {}],
    ]);
    expect(after(found[0], failed.data).retry_config).toEqual({ retry_enabled: true, max_retries: 3, retry_interval: 1000 });
    expect(after(found[1], failed.data).model).toEqual({ provider: "b", name: "large", completion_params: {} });
    const { error_strategy, default_value } = after(found[2], failed.data);
    expect([error_strategy, default_value]).toEqual(["default-value", [{ key: "text", type: "string", value: "" }]]);
  });

  it("of a prompt that is too long: fewer turns, less knowledge, a model that reads more", () => {
    const memory = { window: { enabled: true, size: 9 }, query_prompt_template: "q" };
    const failed = node("llm", { ...LLM, memory, context: { variable_selector: ["k", "result"] } });
    const knowledge = node("knowledge-retrieval", { multiple_retrieval_config: { top_k: 6, reranking_enable: false } }, "k");
    const found = fixes("context_too_long", failed, knowledge);
    expect(keys(found)).toEqual(["turns", "chunks", "model"]);
    expect(after(found[0], failed.data).memory).toEqual({ ...memory, window: { enabled: true, size: 4 } });
    expect(found[1]).toMatchObject({ nodeId: "k", params: { count: 3, node: "k" } });
    expect(after(found[1], knowledge.data).multiple_retrieval_config).toEqual({ top_k: 3, reranking_enable: false });
    expect(keys(fixes("context_too_long", node("llm", { model: { provider: "b", name: "large" } })))).toEqual(["default"]);
  });

  it("of a slow server: more time, also where an old file says it in other words", () => {
    const old = node("http-request", { timeout: { max_connect_timeout: 2, max_read_timeout: 20, max_write_timeout: 5 } });
    const found = fixes("http_timeout", old);
    expect(keys(found)).toEqual(["timeout", "retry", "default"]);
    expect(after(found[0], old.data).timeout).toEqual({ read: 60, connect: 10, max_write_timeout: 5 });
    expect(keys(fixes("http_timeout", node("http-request", { timeout: { read: 600 } })))).toEqual(["retry", "default"]);
  });

  it("of a refused request and of a reply of another shape", () => {
    const failed = node("llm", {
      model: { ...LLM.model, completion_params: { seed: 1 } },
      structured_output: { schema: { type: "object", required: ["mood"], properties: {} } },
    });
    const [drop] = fixes("provider_bad_request", failed);
    expect([drop?.key, after(drop, failed.data).model]).toEqual(["parameters", LLM.model]);
    const shape = fixes("structured_output_invalid", failed);
    expect(keys(shape)).toEqual(["optional", "model", "default"]);
    expect(after(shape[0], failed.data).structured_output).toEqual({ schema: { type: "object", required: [], properties: {} } });
  });

  it("is nothing that is there already, nor what the type does not have", () => {
    const set = node("llm", { ...LLM, retry_config: { retry_enabled: true }, error_strategy: "fail-branch" });
    expect(keys(fixes("provider_rate_limited", set))).toEqual(["model"]);
    expect(fixes("condition_type_mismatch", node("if-else"))).toEqual([]);
  });
});
