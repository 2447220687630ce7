import type { AppMode, FlowDocument } from "@/api/types";
import { formRows, settingsOf } from "@/features/simple/settings";

export type ExampleLanguage = "curl" | "python" | "javascript" | "openai";
export const EXAMPLE_LANGUAGES: readonly ExampleLanguage[] = ["curl", "python", "javascript", "openai"];
export const KEY_PLACEHOLDER = "app-YOUR-KEY";

interface StartVariable {
  variable: string;
  label?: unknown;
  type?: string;
  required?: boolean;
  default?: unknown;
  options?: unknown;
}

/** Where published apps answer, as seen from this browser. */
export function apiBase(): string {
  return `${window.location.origin}/v1`;
}

/** Where OpenAI's clients find the app, and where MCP clients do. */
export const openaiBase = () => `${window.location.origin}/openai/v1`;
export const mcpAddress = (appId: string) => `${window.location.origin}/mcp/${appId}`;

function startVariables(document: FlowDocument): StartVariable[] {
  const start = document.graph?.nodes.find((node) => node.data.type === "start");
  const rows = document.graph
    ? start?.data.variables
    : formRows(settingsOf(document)).map(({ kind, fields }) => ({ ...fields, type: kind }));
  return Array.isArray(rows) ? rows.filter((row): row is StartVariable => typeof row?.variable === "string" && row.variable !== "") : [];
}

const SAMPLE_FILE = { type: "image", transfer_method: "remote_url", url: "https://example.com/picture.png" };

function sampleValue(row: StartVariable): unknown {
  const set = row.default !== undefined && row.default !== null && row.default !== "";
  switch (row.type) {
    case "number":
      return set ? Number(row.default) : 1;
    case "checkbox":
      return set ? row.default === true || row.default === "true" : false;
    case "select":
      return set ? row.default : ((Array.isArray(row.options) ? row.options[0] : undefined) ?? "");
    case "json_object":
      return {};
    case "file":
      return SAMPLE_FILE;
    case "file-list":
      return [SAMPLE_FILE];
    default:
      return set ? row.default : String(row.label || row.variable);
  }
}

/** A body that this app's published flow accepts: its own variables with values of the right kind. */
export function exampleBody(mode: AppMode, document: FlowDocument): Record<string, unknown> {
  const inputs = Object.fromEntries(startVariables(document).map((row) => [row.variable, sampleValue(row)]));
  const conversation = mode === "workflow" || mode === "completion" ? {} : { query: "Hello", conversation_id: "" };
  // Agents answer in streams only.
  return { inputs, ...conversation, response_mode: mode === "agent-chat" ? "streaming" : "blocking", user: "user-123" };
}

export function examplePath(mode: AppMode): string {
  if (mode === "completion") return "/completion-messages";
  return mode === "workflow" ? "/workflows/run" : "/chat-messages";
}

/** A call by OpenAI's own Python client: the key names the app, its inputs go beside the messages. */
function openaiCode(mode: AppMode, document: FlowDocument, base: string): string {
  const { inputs, query } = exampleBody(mode, document);
  const extra = Object.keys(inputs as object).length > 0 ? [`    extra_body={"inputs": ${pythonLiteral(inputs, "    ")}},`] : [];
  return [
    "from openai import OpenAI",
    "",
    `client = OpenAI(base_url=${JSON.stringify(base)}, api_key="${KEY_PLACEHOLDER}")`,
    "reply = client.chat.completions.create(",
    '    model="app",',
    `    messages=[{"role": "user", "content": ${JSON.stringify(query ?? "Hello")}}],`,
    ...extra,
    ")",
    "print(reply.choices[0].message.content)",
  ].join("\n");
}

function pythonLiteral(value: unknown, indent = ""): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}    `;
  const rows = Array.isArray(value)
    ? value.map((one) => `${inner}${pythonLiteral(one, inner)},`)
    : Object.entries(value).map(([name, one]) => `${inner}${JSON.stringify(name)}: ${pythonLiteral(one, inner)},`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return rows.length > 0 ? `${open}\n${rows.join("\n")}\n${indent}${close}` : `${open}${close}`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A call of this app that can be pasted and run once the key is put in. */
export function exampleCode(language: ExampleLanguage, mode: AppMode, document: FlowDocument, base = apiBase()): string {
  if (language === "openai") return openaiCode(mode, document, base.replace(/\/v1$/, "/openai/v1"));
  const url = `${base}${examplePath(mode)}`;
  const body = exampleBody(mode, document);
  const result = mode === "workflow" ? "outputs" : "answer";
  if (language === "curl") {
    return [
      `curl -X POST ${shellQuote(url)} \\`,
      `  -H ${shellQuote(`Authorization: Bearer ${KEY_PLACEHOLDER}`)} \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d ${shellQuote(JSON.stringify(body, null, 2))}`,
    ].join("\n");
  }
  if (language === "python") {
    const answer = mode === "agent-chat" ? "response.text" : `response.json()["answer"]`;
    const read = mode === "workflow" ? `response.json()["data"]["outputs"]` : answer;
    return [
      "import requests",
      "",
      "response = requests.post(",
      `    ${JSON.stringify(url)},`,
      `    headers={"Authorization": "Bearer ${KEY_PLACEHOLDER}"},`,
      `    json=${pythonLiteral(body, "    ")},`,
      "    timeout=120,",
      ")",
      "response.raise_for_status()",
      `print(${read})`,
    ].join("\n");
  }
  const read = mode === "workflow" ? `data.${result}` : result;
  return [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: "POST",`,
    `  headers: {`,
    `    Authorization: "Bearer ${KEY_PLACEHOLDER}",`,
    `    "Content-Type": "application/json",`,
    "  },",
    `  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll("\n", "\n  ")}),`,
    "});",
    "if (!response.ok) throw new Error(await response.text());",
    ...(mode === "agent-chat"
      ? ["console.log(await response.text());"]
      : ["const reply = await response.json();", `console.log(reply.${read});`]),
  ].join("\n");
}
