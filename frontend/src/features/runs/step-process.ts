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

export function restOfProcess(process: Record<string, unknown>): Record<string, unknown> {
  const { prompts, ...rest } = process;
  return Array.isArray(prompts) ? rest : process;
}
