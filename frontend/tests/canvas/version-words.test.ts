import i18next from "i18next";
import { describe, expect, it } from "vitest";
import type { FlowDocument, FlowNode, NodeType } from "@/api/types";
import { changeWords } from "@/features/canvas/versions/change-words";
import { flowDiff } from "@/features/canvas/versions/flow-diff";
import en from "@/i18n/en/versions.json";
import zh from "@/i18n/zh-Hans/versions.json";
import { edge, node, TYPES } from "./fixtures";

const texts = i18next.createInstance();
await texts.init({
  lng: "en",
  keySeparator: false,
  interpolation: { escapeValue: false },
  resources: { en: { versions: en }, "zh-Hans": { versions: zh } },
});

const titled = (title: string, more: Record<string, unknown>) => ({ title, [`x-title-zh-Hans`]: `${title}（中）`, ...more });
const LLM: NodeType = {
  ...TYPES.llm!,
  config_schema: {
    properties: {
      model: titled("Model", { type: "object", properties: { completion_params: { type: "object" } } }),
      prompt_template: titled("Prompt", {
        oneOf: [{ type: "array", items: { properties: { text: titled("Prompt", { type: "string" }) } } }, { type: "object" }],
      }),
      vision: titled("Vision", { type: "object", properties: { enabled: { type: "boolean" } } }),
      context: titled("Context", { type: "object", properties: { variable_selector: { type: "array" } } }),
    },
  },
};
const TITLES: Record<string, string> = { start: "Start", draft: "Draft reply", end: "End", check: "Check" };

function wordsIn(language: "en" | "zh-Hans") {
  return changeWords({ t: texts.getFixedT(language, "versions"), language, types: { ...TYPES, llm: LLM }, titleOf: (id) => TITLES[id] });
}
const flow = (nodes: FlowNode[], edges = [edge("start", "draft")], more: Partial<FlowDocument> = {}): FlowDocument => ({
  graph: { nodes, edges },
  ...more,
});
const draft = (data: Record<string, unknown>) => node("draft", "llm", 1, 0, { title: "Draft reply", ...data });
const MODEL = { provider: "openai", name: "gpt-4o", mode: "chat", completion_params: { temperature: 0.2 } };
const prompt = (text: string) => [{ role: "system", text }];

function told(before: FlowDocument, after: FlowDocument, language: "en" | "zh-Hans" = "en"): string[] {
  const words = wordsIn(language);
  return flowDiff(before, after).map(words.sentence);
}

describe("sentences", () => {
  const before = flow([node("start", "start"), draft({ model: MODEL, prompt_template: prompt("Answer in one short sentence.") })]);

  it("says which settings of a step changed and how", () => {
    const after = flow([
      node("start", "start"),
      draft({
        model: { ...MODEL, name: "gpt-5", completion_params: { temperature: 0.7 } },
        prompt_template: prompt("Answer in two kind sentences, please."),
        vision: { enabled: true },
        context: { variable_selector: ["start", "topic"] },
      }),
    ]);
    expect(told(before, after)).toEqual([
      "Draft reply: model gpt-4o → gpt-5, temperature 0.2 → 0.7, prompt (system) edited (+4 −3 words), vision changed, context changed",
    ]);
    expect(told(before, after, "zh-Hans")[0]).toContain("温度 0.2 → 0.7");
  });

  it("says what came, went, was connected and renamed", () => {
    const after = flow(
      [
        node("start", "start"),
        draft({ title: "Reply", model: MODEL, prompt_template: prompt("Answer in one short sentence.") }),
        node("check", "if-else", 2, 0, { title: "Check" }),
      ],
      [edge("draft", "check")],
    );
    expect(told(before, after)).toEqual([
      "Disconnected «Start» from «Draft reply»",
      "Reply: renamed, it was «Draft reply»",
      "Connected «Draft reply» to «Check»",
      "Added «Check» (IF-ELSE)",
    ]);
    expect(told(after, before).slice(-2)).toEqual(["Disconnected «Draft reply» from «Check»", "Removed «Check» (IF-ELSE)"]);
  });

  it("says what changed beside the steps", () => {
    const variable = (value: unknown) => [{ id: "v", name: "tone", value, value_type: "string" }];
    const one = flow([], [], {
      features: { opening_statement: "Hello", retriever_resource: { enabled: false } },
      environment_variables: variable("kind"),
    });
    const two = flow([], [], {
      features: { opening_statement: "Hello there", retriever_resource: { enabled: true } },
      environment_variables: variable("blunt"),
    });
    expect(told(one, two)).toEqual([
      "Environment variable «tone»: value «kind» → «blunt»",
      "Opening message edited (+1 word)",
      "Naming the sources switched on",
    ]);
    const simple = (config: Record<string, unknown>) => ({ model_config: config }) as unknown as FlowDocument;
    const changed = told(
      simple({ pre_prompt: "Be brief.", model: MODEL }),
      simple({ pre_prompt: "Be very brief.", model: { ...MODEL, name: "b" }, suggested_questions: ["Why?"] }),
    );
    expect(changed).toEqual(["Prompt edited (+1 word)", "Model gpt-4o → b", "Questions to begin with: 1 added"]);
  });

  it("puts titles in place of ids where a prompt names a step", () => {
    const words = wordsIn("en");
    expect(words.readable("See {{#draft.text#}} and {{#sys.query#}}, not {{#gone.text#}}")).toBe(
      "See {{Draft reply.text}} and {{sys.query}}, not {{#gone.text#}}",
    );
  });
});
