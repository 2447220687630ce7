/** A run as a call of the published API. Pure. */
import type { Run } from "@/api/types";
import { examplePath } from "@/features/publish/examples";

/** Quote for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function runAsCurl(run: Pick<Run, "mode" | "inputs" | "query">, origin: string): string {
  const asks = run.mode !== "workflow" && (run.mode !== "completion" || run.query !== "");
  const body = { inputs: run.inputs, ...(asks ? { query: run.query } : {}), response_mode: "streaming", user: "curl" };
  return [
    `curl -N -X POST ${shellQuote(`${origin}/v1${examplePath(run.mode)}`)}`,
    `  -H "Authorization: Bearer $TIDEMILL_API_KEY"`,
    `  -H 'Content-Type: application/json'`,
    `  --data ${shellQuote(JSON.stringify(body))}`,
  ].join(" \\\n");
}
