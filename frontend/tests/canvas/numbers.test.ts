import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode, Model } from "@/api/types";
import type { NodeNumbers } from "@/features/canvas/numbers/data";
import { estimates, flowEstimate } from "@/features/canvas/numbers/estimate";
import { heatOf, type Sums, sumsOfRun } from "@/features/canvas/numbers/heat";
import { promptSize } from "@/features/canvas/numbers/prompt-size";
import { EMPTY_RUN, type StepView } from "@/features/canvas/run-reducer";
import { estimateTokens, tokenFamily } from "@/features/prompt/tokens";

const node = (id: string, type: string, data: object = {}, parentId?: string): FlowNode =>
  ({ id, parentId, position: { x: 0, y: 0 }, data: { type, title: id, ...data } }) as unknown as FlowNode;
const flow = (...nodes: FlowNode[]): FlowDocument => ({ graph: { nodes, edges: [] } }) as unknown as FlowDocument;
const step = (nodeId: string, more: Partial<StepView>): StepView =>
  ({ nodeId, nodeRunId: nodeId, state: "succeeded", elapsedS: 1, tokens: 0, costUsd: 0, kept: null, outputs: {}, ...more }) as StepView;
const WORDS = {
  label: (unit: string, amount: number, share: number, executions: number) => `${unit} ${amount} ${share.toFixed(2)} ${executions}`,
};
const sums = (
  given: Record<string, Partial<{ seconds: number; cost: number; tokens: number; executions: number; failures: number }>>,
): Sums => new Map(Object.entries(given).map(([id, one]) => [id, { seconds: 0, cost: 0, tokens: 0, executions: 1, failures: 0, ...one }]));

describe("tokens", () => {
  // Counted by the tokenizer cl100k_base.
  it.each([
    ["You are a careful editor. Read the draft below and rewrite it so that a busy reader understands it at once.", 21],
    ["Der Kunde hat gestern geschrieben, dass die Lieferung beschädigt angekommen ist.", 21],
    ["お客様からのお問い合わせを読み、丁寧な返信を日本語で書いてください。不明な点があれば確認してください。", 52],
    ['{"name": "Ada", "age": 36, "tags": ["a", "b"]}', 21],
  ])("of %s are about %i", (text, real) => {
    expect(Math.abs(estimateTokens(text) - real) / real).toBeLessThan(0.3);
  });

  it("differ by the family of the model", () => {
    const text = "请根据以下内容写一段摘要";
    expect(estimateTokens(text, tokenFamily("qwen-max"))).toBeLessThan(estimateTokens(text, tokenFamily("gpt-4")));
    expect(estimateTokens("")).toBe(0);
  });

  it("of a very long text are counted from its beginning", () => {
    expect(estimateTokens("word ".repeat(100_000))).toBe(100_000);
  });
});

describe("the size of a prompt", () => {
  const data = node("llm", "llm", {
    prompt_template: [
      { role: "system", text: "Answer from this: {{#context#}}" },
      { role: "user", text: "{{#start.question#}} and {{#start.later#}}" },
    ],
    context: { enabled: true, variable_selector: ["search", "result"] },
  }).data;
  const values: Record<string, unknown> = { "search.result": "one two three four five", "start.question": "why" };

  it("is told by part, with what is not known yet", () => {
    const size = promptSize(data, tokenFamily(""), (selector) => values[selector.join(".")]);
    expect(size.parts.map(({ kind, tokens }) => [kind, tokens])).toEqual([
      ["context", 5],
      ["system", 8],
      ["variable", 1],
      ["variable", null],
      ["user", 5],
    ]);
    expect([size.total, size.open]).toEqual([19, true]);
  });

  it("counts the variables that a Jinja text names", () => {
    const jinja = node("llm", "llm", {
      prompt_template: [{ role: "user", edition_type: "jinja2", jinja2_text: "Hi {{ who }}{% if mood %}!{% endif %}", text: "" }],
      prompt_config: {
        jinja2_variables: [
          { variable: "who", value_selector: ["start", "who"] },
          { variable: "unused", value_selector: ["start", "unused"] },
        ],
      },
    }).data;
    const size = promptSize(jinja, tokenFamily(""), () => "Ada");
    expect(size.parts.filter(({ kind }) => kind === "variable")).toEqual([{ kind: "variable", tokens: 1, selector: ["start", "who"] }]);
  });
});

describe("estimates", () => {
  const llm = node("llm", "llm", {
    model: { provider: "openai", name: "mock" },
    prompt_template: [{ role: "user", text: "one two three four" }],
  });
  const models = [{ provider: "openai", name: "mock", input_price: 10, output_price: 20 }] as Model[];
  const numbers = {
    runs: 3,
    succeeded: 3,
    p50_s: 2,
    p50_tokens: 50,
    p50_cost_usd: 0,
    nodes: [
      { node_id: "llm", p50_s: 1.5, p50_tokens: 40, p50_cost_usd: 0.5 },
      { node_id: "code", p50_s: 0.01, p50_tokens: 0, p50_cost_usd: 0 },
      { node_id: "http", p50_s: 0.9, p50_tokens: 0, p50_cost_usd: 0 },
    ],
  } as unknown as NodeNumbers;

  it("are those of the last runs where there are some", () => {
    const found = estimates(flow(llm, node("code", "code"), node("http", "http-request")), numbers, models, []);
    expect([...found]).toEqual([
      ["llm", { from: "runs", seconds: 1.5, tokens: 40, cost: 0.5 }],
      ["http", { from: "runs", seconds: 0.9, tokens: 0, cost: null }],
    ]);
    expect(flowEstimate(found, numbers)).toEqual({ from: "runs", seconds: 2, tokens: 50, cost: null });
  });

  it("are the size of the prompt times its price before the first run", () => {
    const found = estimates(flow(llm), undefined, models, []);
    expect(found.get("llm")).toEqual({ from: "prompt", seconds: null, tokens: 8, cost: 0.00008 });
    expect(flowEstimate(found, undefined)?.cost).toBe(0.00008);
    expect(estimates(flow(llm), undefined, [], []).get("llm")?.cost).toBeNull();
  });
});

describe("heat", () => {
  const document = flow(node("a", "llm"), node("each", "iteration"), node("in", "llm", {}, "each"));

  it("by time adds up at the top level", () => {
    const heat = heatOf(
      "time",
      sums({ a: { seconds: 1 }, each: { seconds: 3 }, in: { seconds: 2.5, executions: 2 }, gone: { seconds: 9 } }),
      document,
      WORDS,
    );
    expect(heat.whole).toBe(4);
    expect(heat.marks.each).toEqual({ share: 1, label: "seconds 3 0.75 1" });
    expect(heat.marks.a!.share).toBeCloseTo(1 / 3);
    expect(heat.hottest).toEqual(["each", "in", "a"]);
  });

  it("by time shares a container's time among rounds that ran side by side", () => {
    const heat = heatOf("time", sums({ a: { seconds: 2 }, each: { seconds: 2 }, in: { seconds: 8, executions: 4 } }), document, WORDS);
    expect(heat.marks.in).toEqual({ share: 1, label: "seconds 8 0.50 4" });
    expect([heat.whole, heat.marks.each!.share, heat.marks.a!.share]).toEqual([4, 1, 1]);
  });

  it("by cost gives a container what is in it, and falls back to tokens", () => {
    const cost = heatOf("cost", sums({ a: { cost: 1 }, each: {}, in: { cost: 3 } }), document, WORDS);
    expect([cost.unit, cost.whole, cost.marks.each!.label]).toEqual(["cost", 4, "cost 3 0.75 1"]);
    const tokens = heatOf("cost", sums({ a: { tokens: 10 }, each: {}, in: {} }), document, WORDS);
    expect([tokens.unit, tokens.whole, Object.keys(tokens.marks)]).toEqual(["tokens", 10, ["a"]]);
  });

  it("by errors marks only what failed, and nothing where nothing was measured", () => {
    const heat = heatOf("errors", sums({ a: { executions: 4, failures: 1 }, each: {} }), document, WORDS);
    expect(heat.marks).toEqual({ a: { share: 0.25, label: "failures 1 0.25 4" } });
    expect(heatOf("time", new Map(), document, WORDS).marks).toEqual({});
  });

  it("of one run sums the rounds and leaves out what was taken over", () => {
    const run = {
      ...EMPTY_RUN,
      trace: [
        step("in", { elapsedS: 1, tokens: 5 }),
        step("in", { elapsedS: 2, state: "exception" }),
        step("a", { kept: { runId: "r", edited: false } }),
      ],
    };
    expect([...sumsOfRun(run)]).toEqual([["in", { seconds: 3, cost: 0, tokens: 5, executions: 2, failures: 1 }]]);
  });
});
