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
];

/** Set parameters this version has no control for: kept, and shown as they are. */
export function otherParams(params: Record<string, unknown>): [string, unknown][] {
  const known = new Set(PARAMS.map((spec) => spec.name));
  return Object.entries(params).filter(([name]) => !known.has(name));
}

export function withParam(params: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  if (value !== undefined) return { ...params, [name]: value };
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
}
