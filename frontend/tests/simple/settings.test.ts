import { describe, expect, it } from "vitest";
import { exampleBody, exampleCode, examplePath } from "@/features/publish/examples";
import {
  avoided,
  datasetIds,
  formRows,
  freeName,
  inputFields,
  promptLines,
  settingsOf,
  withAvoided,
  withDatasetIds,
  withFormRows,
  withPromptLine,
} from "@/features/simple/settings";
import type { FlowDocument } from "@/api/types";

const FORM = [
  { "text-input": { variable: "place", label: "Place", required: true, max_length: 10 } },
  { select: { variable: "tone", options: ["kind", "curt"], default: "kind", own: 1 } },
];

describe("settings of a simple app", () => {
  it("reads the form and writes it back without loss", () => {
    const settings = { user_input_form: FORM, other: { kept: true } };
    expect(withFormRows(settings, formRows(settings))).toEqual(settings);
    expect(inputFields(settings).map((field) => [field.name, field.type, field.required])).toEqual([
      ["place", "text-input", true],
      ["tone", "select", false],
    ]);
    expect(freeName([...formRows(settings), { kind: "number", fields: { variable: "input_4" } }])).toBe("input_5");
  });

  it.each([undefined, null, "", [], {}, { model_config: [] }])("takes %j for no settings", (raw) => {
    const settings = settingsOf((raw ?? {}) as Record<string, unknown>);
    expect([formRows(settings), datasetIds(settings), promptLines(settings)]).toEqual([[], [], []]);
  });

  it("changes the datasets that are used and keeps those that are off", () => {
    const off = { dataset: { enabled: false, id: "d2" } };
    const settings = {
      dataset_configs: { top_k: 3, datasets: { strategy: "x", datasets: [{ dataset: { enabled: true, id: "d1" } }, off] } },
    };
    expect(datasetIds(settings)).toEqual(["d1"]);
    expect(withDatasetIds(settings, ["d9"]).dataset_configs).toEqual({
      top_k: 3,
      datasets: { strategy: "x", datasets: [{ dataset: { enabled: true, id: "d9" } }, off] },
    });
  });

  it.each(["config", "configs"])("finds the avoided words under %s and leaves them there", (key) => {
    const feature = { enabled: true, type: "", [key]: { keywords: "a", other: 1 } };
    const settings = { sensitive_word_avoidance: feature };
    expect(avoided(settings)).toEqual({ key, config: { keywords: "a", other: 1 } });
    expect(withAvoided(settings, { keywords: "b" }).sensitive_word_avoidance).toEqual({
      enabled: true,
      type: "keywords",
      [key]: { keywords: "b", other: 1 },
    });
  });

  it("edits one message of an advanced prompt", () => {
    const settings = {
      prompt_type: "advanced",
      chat_prompt_config: {
        prompt: [
          { role: "system", text: "a" },
          { role: "user", text: "b", id: 7 },
        ],
      },
    };
    expect(promptLines(withPromptLine(settings, 1, "c")).map((line) => line.text)).toEqual(["a", "c"]);
    expect(withPromptLine(settings, 1, "c").chat_prompt_config).toEqual({
      prompt: [
        { role: "system", text: "a" },
        { role: "user", text: "c", id: 7 },
      ],
    });
    expect(promptLines({ ...settings, prompt_type: "simple" })).toEqual([]);
  });
});

describe("examples for programs", () => {
  const document = { model_config: { user_input_form: FORM } } as unknown as FlowDocument;

  it("asks for the form's inputs", () => {
    expect(exampleBody("completion", document)).toEqual({
      inputs: { place: "Place", tone: "kind" },
      response_mode: "blocking",
      user: "user-123",
    });
    expect(exampleBody("agent-chat", document)).toMatchObject({ query: "Hello", response_mode: "streaming" });
    expect(["chat", "completion", "agent-chat"].map((mode) => examplePath(mode as "chat"))).toEqual([
      "/chat-messages",
      "/completion-messages",
      "/chat-messages",
    ]);
  });

  it("reads an agent's stream as text", () => {
    expect(exampleCode("python", "agent-chat", document, "")).toContain("print(response.text)");
    expect(exampleCode("javascript", "agent-chat", document, "")).toContain("response.text()");
    expect(exampleCode("javascript", "chat", document, "")).toContain("reply.answer");
  });
});
