import type { App, Credential, Me, Model, Provider } from "@/api/types";

export const WS = "01900000-0000-7000-8000-000000000001";

export const me: Me = {
  id: "u1",
  email: "ada@example.com",
  name: "Ada",
  language: "en",
  theme: "auto",
  workspaces: [
    {
      id: WS,
      name: "Mill",
      role: "owner",
      capabilities: [
        "app.read",
        "app.edit",
        "app.delete",
        "app.publish",
        "run.read",
        "run.execute",
        "model.read",
        "credential.manage",
        "member.read",
        "key.manage",
      ],
    },
  ],
};

export function app(change: Partial<App> = {}): App {
  return {
    id: "a1",
    name: "Translate",
    description: "Translates and polishes",
    mode: "workflow",
    icon_type: "emoji",
    icon: "🌐",
    icon_background: "#D9ECF0",
    tags: [],
    api_enabled: true,
    published: null,
    has_unpublished_changes: true,
    created_at: "2026-11-20T10:00:00Z",
    updated_at: "2026-11-20T10:00:00Z",
    updated_by: "Ada",
    owner: { id: "u1", name: "Ada" },
    deleted_at: null,
    last_run: null,
    ...change,
  };
}

export const openai: Provider = {
  id: "openai",
  label: "OpenAI",
  description: { en: "GPT models.", "zh-Hans": "GPT 系列模型。" },
  fields: [
    {
      name: "api_key",
      label: { en: "API key", "zh-Hans": "API 密钥" },
      secret: true,
      required: true,
      placeholder: "sk-…",
      multiline: false,
    },
    {
      name: "base_url",
      label: { en: "Base URL", "zh-Hans": "接口地址" },
      secret: false,
      required: false,
      placeholder: "",
      multiline: false,
    },
  ],
  model_types: ["llm", "text-embedding"],
  needs_key: true,
  help_url: "https://platform.openai.com/api-keys",
  custom_models: true,
};

export function model(change: Partial<Model> = {}): Model {
  return {
    id: "m1",
    provider: "openai",
    provider_label: "OpenAI",
    name: "gpt-x",
    type: "llm",
    enabled: true,
    context_size: 128_000,
    input_price: 2.5,
    output_price: 10,
    features: [],
    builtin: false,
    ...change,
  };
}

export const credential: Credential = {
  id: "c1",
  provider: "openai",
  name: "Team key",
  hint: "…cdef",
  base_url: "",
  enabled: true,
  priority: 0,
  last_error: "",
  tested_at: null,
  models: [model()],
};
