/** The part of a step's `process` that is the prompt as it was sent. Pure. */

export interface SentPrompt {
  role: string;
  text: string;
  files: number;
}

export function promptsOf(process: Record<string, unknown>): SentPrompt[] {
  const rows = process.prompts;
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((raw: unknown) => {
    if (typeof raw !== "object" || raw === null) return [];
    const { role, text, files } = raw as Record<string, unknown>;
    return [
      {
        role: String(role ?? ""),
        text: typeof text === "string" ? text : JSON.stringify(text ?? ""),
        files: Array.isArray(files) ? files.length : 0,
      },
    ];
  });
}

/** What is shown apart from the rest. */
const SHOWN = new Set(["request", "stdout", "updated_variables"]);

export function restOfProcess(process: Record<string, unknown>, failed = false): Record<string, unknown> {
  const prompts = Array.isArray(process.prompts);
  return Object.fromEntries(
    Object.entries(process).filter(
      ([key, value]) => !(key === "prompts" && prompts) && !(SHOWN.has(key) && value) && !(key === "reply" && failed),
    ),
  );
}

/** What a model had said when the step failed over it. */
export function replyOf(process: Record<string, unknown>): string | null {
  return typeof process.reply === "string" && process.reply ? process.reply : null;
}

/** The HTTP request as it went out, secrets masked, as one reads it in a log; null for a step that made none. */
export function requestOf(process: Record<string, unknown>): string | null {
  const { request } = process;
  if (typeof request !== "object" || request === null) return typeof request === "string" ? request : null;
  const { method, url, headers, body } = request as Record<string, unknown>;
  const named = typeof headers === "object" && headers !== null ? Object.entries(headers) : [];
  const head = [`${String(method ?? "")} ${String(url ?? "")}`.trim(), ...named.map(([name, value]) => `${name}: ${String(value)}`)];
  return [...head, ...(typeof body === "string" && body ? ["", body] : [])].join("\n");
}

/** What a program printed, also when it failed. */
export function stdoutOf(step: { process: Record<string, unknown>; error: { details: Record<string, unknown> } | null }): string {
  const printed = step.process.stdout ?? step.error?.details.stdout;
  return typeof printed === "string" ? printed : "";
}

export interface ChangedVariable {
  name: string;
  /** Undefined in records of earlier versions. */
  before: unknown;
  after: unknown;
}

/** The variables that a step changed. */
export function changesOf(process: Record<string, unknown>): ChangedVariable[] {
  if (!Array.isArray(process.updated_variables)) return [];
  return process.updated_variables.flatMap((raw: unknown) => {
    if (typeof raw !== "object" || raw === null) return [];
    const { name, old_value: before, new_value: after } = raw as Record<string, unknown>;
    return [{ name: String(name ?? ""), before, after }];
  });
}
