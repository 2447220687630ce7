/** Calls of the knowledge API for one dataset. Pure but for the address of this installation. */
import type { Id } from "@/api/types";

export const EXAMPLE_CALLS = ["retrieve", "document"] as const;
export type ExampleCall = (typeof EXAMPLE_CALLS)[number];
const KEY = "dataset-YOUR-KEY";

const BODIES: Record<ExampleCall, [path: string, body: object]> = {
  retrieve: ["/retrieve", { query: "Hello" }],
  document: [
    "/document/create-by-text",
    { name: "Notes", text: "Hello", indexing_technique: "high_quality", process_rule: { mode: "automatic" } },
  ],
};

export function exampleCall(call: ExampleCall, dataset: Id, origin = window.location.origin): string {
  const [path, body] = BODIES[call];
  return [
    `curl -X POST '${origin}/v1/datasets/${dataset}${path}' \\`,
    `  -H 'Authorization: Bearer ${KEY}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body, null, 2)}'`,
  ].join("\n");
}
