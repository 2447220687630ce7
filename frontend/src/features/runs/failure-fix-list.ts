/** What can be done about a failure in the settings of the flow: at most three changes, the likeliest first. Pure. */
import type { FlowDocument, FlowNode, Model, NodeType } from "@/api/types";
import { nodeById } from "@/features/canvas/graph/structure";
import { type DefaultRow, defaultRows } from "@/features/panel/default-rows";
import { record, rowsOf, strings } from "@/features/panel/form/field-schema";
import { outputsOf } from "@/features/prompt/node-outputs";
import { mayPass } from "./failure-fields";

type Data = FlowNode["data"];

export interface Fix {
  /** Worded by `fix.<key>` and, once done, `fixed.<key>`. */
  key: "retry" | "timeout" | "turns" | "chunks" | "model" | "parameters" | "optional" | "default";
  params: Record<string, string | number>;
  nodeId: string;
  /** The field that shows the change. */
  field: string;
  change(data: Data): void;
}

export interface Failed {
  code: string;
  node: FlowNode;
  document: FlowDocument;
  nodeTypes: Readonly<Record<string, NodeType>>;
  models: readonly Model[];
}

const MOST = 3;
const READ_S = 60;
const MOST_S = 600;
const CALM_TURNS = 5;

/** Another model may do better. */
const MODEL_CODES = new Set([
  "context_too_long",
  "model_not_configured",
  "model_not_found",
  "provider_rate_limited",
  "provider_quota_exceeded",
  "provider_unauthorized",
  "provider_unavailable",
  "provider_timeout",
  "provider_stream_cut",
  "provider_bad_request",
  "provider_bad_response",
  "structured_output_invalid",
]);

export function fixesFor(failed: Failed): Fix[] {
  const { code, node, nodeTypes } = failed;
  const handles = nodeTypes[node.data.type]?.error_handling === true;
  const found: (Fix | null)[] = [];
  if (code === "context_too_long") found.push(fewerTurns(node), fewerChunks(failed));
  if (code === "provider_bad_request") found.push(noParameters(node));
  if (code === "structured_output_invalid") found.push(optionalFields(node));
  if (code === "http_timeout") found.push(longerTimeout(node));
  if (handles && mayPass(code)) found.push(retries(node));
  if (MODEL_CODES.has(code)) found.push(otherModel(failed));
  if (handles) found.push(defaultValue(failed));
  return found.filter((fix) => fix !== null).slice(0, MOST);
}

function retries(node: FlowNode): Fix | null {
  if (record(node.data.retry_config).retry_enabled === true) return null;
  return {
    key: "retry",
    params: { count: 3 },
    nodeId: node.id,
    field: "retry_config",
    change: (data) => {
      data.retry_config = { retry_interval: 1000, ...record(data.retry_config), max_retries: 3, retry_enabled: true };
    },
  };
}

function longerTimeout(node: FlowNode): Fix | null {
  const raw = node.data.timeout;
  const timeout: Record<string, unknown> = typeof raw === "number" ? { read: raw } : record(raw);
  const secondsOf = (part: string) => Number(timeout[part] || timeout[`max_${part}_timeout`]) || 0;
  const now = secondsOf("read") || READ_S;
  const seconds = Math.min(MOST_S, Math.max(30, now * 3));
  if (seconds <= now) return null;
  return {
    key: "timeout",
    params: { count: seconds },
    nodeId: node.id,
    field: "timeout",
    change: (data) => {
      const connect = secondsOf("connect");
      const { max_read_timeout: _read, max_connect_timeout: _connect, ...rest } = timeout;
      data.timeout = { ...rest, read: seconds, ...(connect ? { connect: Math.max(connect, 10) } : {}) };
    },
  };
}

/** Half of the earlier turns. */
function fewerTurns(node: FlowNode): Fix | null {
  if (!node.data.memory) return null;
  const window = record(record(node.data.memory).window);
  const size = window.enabled === true && typeof window.size === "number" ? Math.floor(window.size / 2) : CALM_TURNS;
  if (size < 1) return null;
  return {
    key: "turns",
    params: { count: size },
    nodeId: node.id,
    field: "memory",
    change: (data) => {
      data.memory = { ...record(data.memory), window: { ...window, enabled: true, size } };
    },
  };
}

/** Half of the knowledge that fills the context. */
function fewerChunks({ node, document }: Failed): Fix | null {
  const source = nodeById(document, strings(record(node.data.context).variable_selector)[0] ?? "");
  if (source?.data.type !== "knowledge-retrieval") return null;
  const settings = record(source.data.multiple_retrieval_config);
  const count = Math.floor((typeof settings.top_k === "number" ? settings.top_k : 4) / 2);
  if (count < 1) return null;
  return {
    key: "chunks",
    params: { count, node: source.data.title },
    nodeId: source.id,
    field: "multiple_retrieval_config",
    change: (data) => {
      data.multiple_retrieval_config = { ...record(data.multiple_retrieval_config), top_k: count };
    },
  };
}

function noParameters(node: FlowNode): Fix | null {
  const names = Object.keys(record(record(node.data.model).completion_params));
  if (names.length === 0) return null;
  return {
    key: "parameters",
    params: { names: names.join(", ") },
    nodeId: node.id,
    field: "model",
    change: (data) => {
      data.model = { ...record(data.model), completion_params: {} };
    },
  };
}

function optionalFields(node: FlowNode): Fix | null {
  const output = record(node.data.structured_output);
  const schema = record(output.schema);
  if (!Array.isArray(schema.required) || schema.required.length === 0) return null;
  return {
    key: "optional",
    params: {},
    nodeId: node.id,
    field: "structured_output",
    change: (data) => {
      data.structured_output = { ...output, schema: { ...schema, required: [] } };
    },
  };
}

/** The model that differs most in what failed: another provider's, a larger one, one that keeps to a schema. The demo comes last. */
function otherModel({ code, node, models }: Failed): Fix | null {
  const { provider, name } = record(node.data.model) as { provider?: string; name?: string };
  if (name === undefined) return null;
  const now = models.find((model) => model.name === name && model.provider === provider);
  const others = models.filter((model) => model !== now && !(model.name === name && model.provider === provider));
  const fits = others.filter((model) => {
    if (code === "context_too_long") return (model.context_size ?? 0) > (now?.context_size ?? 0);
    return code !== "structured_output_invalid" || model.features.includes("response_schema");
  });
  const points = (model: Model) => (model.provider === "demo" ? -2 : 0) + (model.provider !== provider ? 1 : 0);
  const [best] = fits.sort((a, b) => points(b) - points(a) || (b.context_size ?? 0) - (a.context_size ?? 0));
  if (!best) return null;
  return {
    key: "model",
    params: { model: best.name },
    nodeId: node.id,
    field: "model",
    change: (data) => {
      data.model = { ...record(data.model), provider: best.provider, name: best.name };
    },
  };
}

function defaultValue({ node, nodeTypes }: Failed): Fix | null {
  if (node.data.error_strategy === "default-value" || node.data.error_strategy === "fail-branch") return null;
  const rows = defaultRows(outputsOf(node, nodeTypes[node.data.type]), rowsOf<DefaultRow>(node.data.default_value));
  return {
    key: "default",
    params: {},
    nodeId: node.id,
    field: "default_value",
    change: (data) => {
      data.error_strategy = "default-value";
      data.default_value = rows;
    },
  };
}
