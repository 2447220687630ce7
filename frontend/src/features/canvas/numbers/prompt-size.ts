/** What the prompt of a step that calls a model is made of, and about how many tokens each part has. Pure. */
import type { FlowNode } from "@/api/types";
import { splitReferences } from "@/features/prompt/reference";
import { estimateTokens, type TokenFamily } from "@/features/prompt/tokens";

type Json = Record<string, unknown>;
export type PartKind = "system" | "user" | "assistant" | "context" | "memory" | "schema" | "task" | "variable";

export interface SizePart {
  kind: PartKind;
  /** Null: it depends on a value that no run has shown yet. */
  tokens: number | null;
  /** Of a variable or the context. */
  selector?: readonly string[];
}

export interface PromptSize {
  parts: SizePart[];
  /** Of all that is known. */
  total: number;
  /** Whether something comes on top that is not known. */
  open: boolean;
}

/** Types of steps whose prompt can be measured. */
export const CALLS_MODEL: ReadonlySet<string> = new Set(["llm", "question-classifier", "parameter-extractor"]);
/** What the platform itself tells the model in a step that classifies or extracts. */
const TASK = 70;
/** What a message costs beside its text. */
const ENVELOPE = 4;

const object = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});
const rows = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const selectorOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((key): key is string => typeof key === "string") : [];
const shown = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

export const modelOf = (data: FlowNode["data"]): { provider: string; name: string } => {
  const model = object(data.model);
  return { provider: text(model.provider), name: text(model.name) };
};

class Measure {
  private readonly parts = new Map<string, SizePart>();

  constructor(
    private readonly family: TokenFamily,
    private readonly valueOf: (selector: readonly string[]) => unknown,
    private readonly context: readonly string[],
  ) {}

  literal(kind: PartKind, words: string, extra = 0): void {
    const tokens = estimateTokens(words, this.family);
    if (tokens) this.add(kind, { kind, tokens: tokens + extra });
  }

  variable(selector: readonly string[]): void {
    if (selector.length === 0) return;
    const isContext = selector.join(".") === "context";
    const source = isContext ? this.context : selector;
    const value = source.length ? this.valueOf(source) : undefined;
    const tokens = value === undefined || value === null ? null : estimateTokens(shown(value), this.family);
    this.add(isContext ? "context" : `variable ${selector.join(".")}`, {
      kind: isContext ? "context" : "variable",
      tokens,
      selector: source,
    });
  }

  template(kind: PartKind, words: string): void {
    let literal = "";
    for (const segment of splitReferences(words)) {
      if (segment.kind === "text") literal += segment.text;
      else this.variable(segment.selector);
    }
    this.literal(kind, literal, ENVELOPE);
  }

  /** In Jinja a variable stands by the name of its row. What blocks do with it is not looked at. */
  jinja(kind: PartKind, words: string, named: readonly Json[]): void {
    for (const row of named) {
      const name = text(row.variable);
      if (name && new RegExp(`\\{[{%][^}]*\\b${name.replaceAll(/\W/g, "\\$&")}\\b`).test(words))
        this.variable(selectorOf(row.value_selector));
    }
    this.literal(kind, words.replace(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/gs, ""), ENVELOPE);
  }

  add(key: string, part: SizePart): void {
    const before = this.parts.get(key);
    const known = before && before.tokens !== null && part.tokens !== null;
    this.parts.set(key, known ? { ...before, tokens: before.tokens! + part.tokens! } : (before ?? part));
  }

  size(): PromptSize {
    const parts = [...this.parts.values()];
    return { parts, total: parts.reduce((sum, part) => sum + (part.tokens ?? 0), 0), open: parts.some((part) => part.tokens === null) };
  }
}

/** Measure a step's prompt; `valueOf` gives what a variable last was, undefined where that is not known. */
export function promptSize(data: FlowNode["data"], family: TokenFamily, valueOf: (selector: readonly string[]) => unknown): PromptSize {
  const context = object(data.context);
  const measure = new Measure(family, valueOf, context.enabled === false ? [] : selectorOf(context.variable_selector));
  if (data.type === "llm") measureMessages(measure, data);
  else {
    measure.add("task", { kind: "task", tokens: TASK });
    measure.variable(selectorOf(data.query_variable_selector ?? data.query));
    measure.template("system", text(data.instruction) || text(data.instructions));
    measure.literal(
      "schema",
      shown(rows(data.classes ?? data.parameters).map(({ name, label, type, description }) => ({ name, label, type, description }))),
    );
  }
  if (data.memory) {
    measure.template("user", text(object(data.memory).query_prompt_template));
    measure.add("memory", { kind: "memory", tokens: null });
  }
  return measure.size();
}

function measureMessages(measure: Measure, data: FlowNode["data"]): void {
  const named = rows(object(data.prompt_config).jinja2_variables);
  const messages = Array.isArray(data.prompt_template) ? rows(data.prompt_template) : [object(data.prompt_template)];
  for (const message of messages) {
    const kind = message.role === "system" || message.role === "assistant" ? message.role : "user";
    if (message.edition_type === "jinja2") measure.jinja(kind, text(message.jinja2_text), named);
    else measure.template(kind, text(message.text));
  }
  const output = object(data.structured_output);
  if (data.structured_output_enabled === true && output.schema) measure.literal("schema", shown(output.schema));
}
