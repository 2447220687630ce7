/** Parameters of a model call. Only what is set is sent. Pure. */

export interface ParamSpec {
  name: string;
  kind: "number" | "integer" | "list" | "choice";
  min?: number;
  max?: number;
  step?: number;
  /** What the field starts with when it is turned on. */
  start: number | string | string[];
  choices?: string[];
}

export const PARAMS: ParamSpec[] = [
  { name: "temperature", kind: "number", min: 0, max: 2, step: 0.1, start: 0.7 },
  { name: "top_p", kind: "number", min: 0, max: 1, step: 0.05, start: 1 },
  { name: "max_tokens", kind: "integer", min: 1, max: 1_000_000, step: 64, start: 1024 },
  { name: "presence_penalty", kind: "number", min: -2, max: 2, step: 0.1, start: 0 },
  { name: "frequency_penalty", kind: "number", min: -2, max: 2, step: 0.1, start: 0 },
  { name: "seed", kind: "integer", min: 0, step: 1, start: 1 },
  { name: "stop", kind: "list", start: [] },
  { name: "response_format", kind: "choice", start: "text", choices: ["text", "json_object"] },
  { name: "reasoning_effort", kind: "choice", start: "medium", choices: ["low", "medium", "high"] },
];

const PENALTIES = ["presence_penalty", "frequency_penalty"];

/** What makers do not take, by `provider/model`; all rules that fit count. Other providers take everything but the last of all. */
const UNTAKEN: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^demo\//, ["temperature", "top_p", ...PENALTIES, "seed", "stop"]],
  [/\/(.*\/)?(o[134](-|$)|gpt-5)/, ["temperature", "top_p", ...PENALTIES, "stop"]],
  [/^(anthropic|bedrock)\/|claude/, [...PENALTIES, "seed", "response_format"]],
  [/^(mistral|deepseek)\//, ["seed"]],
  [/^deepseek\/.*reasoner/, ["temperature", "top_p", ...PENALTIES]],
  [/^groq\//, PENALTIES],
  [/^xai\/grok-(4|3-mini)/, [...PENALTIES, "stop"]],
  [/^zhipu\//, [...PENALTIES, "seed"]],
  [/^cohere\//, ["response_format"]],
];
const REASONS = /\/(.*\/)?(o[134](-|$)|gpt-5|gpt-oss|gemini-[23]|grok-3-mini)|thinking|reasoning/;

/** Names of the parameters that a model does not take: they are not offered. */
export function untakenParams(provider: string, model: string): ReadonlySet<string> {
  const name = `${provider.split("/").at(-1)}/${model}`.toLowerCase();
  const found = new Set(UNTAKEN.flatMap(([pattern, names]) => (pattern.test(name) ? names : [])));
  if (!REASONS.test(name)) found.add("reasoning_effort");
  return found;
}

/** Set parameters this version has no control for: kept, and shown as they are. */
export function otherParams(params: Record<string, unknown>): [string, unknown][] {
  const known = new Set(PARAMS.map((spec) => spec.name));
  return Object.entries(params).filter(([name]) => !known.has(name));
}

export function withParam(params: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  if (value !== undefined) return { ...params, [name]: value };
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
}
