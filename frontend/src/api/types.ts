/** Shapes of the console API (`/api`). The backend's serializers follow these names. */

export type Id = string;
export type IsoTime = string;

export interface ApiErrorBody {
  code: string;
  message: string;
  status: number;
  details: Record<string, unknown>;
}

export interface Page<T> {
  results: T[];
  total: number;
  page: number;
  limit: number;
}

/* setup and account */
export interface Setup {
  installed: boolean;
  version: string;
  health: { name: "database" | "queue" | "worker" | "storage" | "sandbox"; ok: boolean; detail: string; fix: string }[];
}
export type Capability = string;
export interface Me {
  id: Id;
  email: string;
  name: string;
  language: "en" | "zh-Hans";
  theme: "light" | "dark" | "auto";
  workspaces: { id: Id; name: string; role: string; capabilities: Capability[] }[];
}
export interface Member {
  id: Id;
  user_id: Id;
  name: string;
  email: string;
  role: "owner" | "admin" | "editor" | "operator" | "viewer";
  created_at: IsoTime;
}
/** `key` is set only in the answer to its creation. */
export interface ApiKey {
  id: Id;
  kind: "app" | "dataset" | "pat";
  name: string;
  last4: string;
  created_at: IsoTime;
  expires_at: IsoTime | null;
  last_used_at: IsoTime | null;
  key?: string;
}

/* models */
export type ModelType = "llm" | "text-embedding" | "rerank" | "speech2text" | "tts" | "moderation" | "image";
export interface ProviderField {
  name: string;
  label: Record<string, string>;
  secret: boolean;
  required: boolean;
  placeholder: string;
  multiline: boolean;
}
export interface Provider {
  id: string;
  label: string;
  description: Record<string, string>;
  fields: ProviderField[];
  model_types: ModelType[];
  needs_key: boolean;
  help_url: string;
  custom_models: boolean;
}
export interface Credential {
  id: Id;
  provider: string;
  name: string;
  hint: string;
  base_url: string;
  enabled: boolean;
  priority: number;
  last_error: string;
  tested_at: IsoTime | null;
  models: Model[];
}
/** Prices in USD per million tokens; null: unknown. */
export interface Model {
  id: Id | null;
  provider: string;
  provider_label: string;
  name: string;
  type: ModelType;
  enabled: boolean;
  context_size: number | null;
  input_price: number | null;
  output_price: number | null;
  features: string[];
  builtin: boolean;
}
export interface DefaultModel {
  type: ModelType;
  provider: string;
  name: string;
}
/** Short work done by a worker. */
export interface Job {
  id: Id;
  state: "running" | "succeeded" | "failed";
  result: unknown;
  error: { code: string; message: string; details: Record<string, unknown> } | null;
}
export interface CredentialTest {
  models: {
    name: string;
    type: ModelType;
    context_size: number | null;
    input_price: number | null;
    output_price: number | null;
    features: string[];
  }[];
  latency_ms: number;
}

/* apps */
export type AppMode = "workflow" | "advanced-chat" | "chat" | "agent-chat" | "completion";
export interface App {
  id: Id;
  name: string;
  description: string;
  mode: AppMode;
  icon_type: string;
  icon: string;
  icon_background: string;
  tags: string[];
  api_enabled: boolean;
  published: { id: Id; number: number; name: string; created_at: IsoTime } | null;
  has_unpublished_changes: boolean;
  created_at: IsoTime;
  updated_at: IsoTime;
  last_run: { id: Id; state: RunState; created_at: IsoTime } | null;
}
export interface Template {
  id: string;
  mode: AppMode;
  icon: string;
  icon_background: string;
  name: Record<string, string>;
  description: Record<string, string>;
  category: string;
  document: FlowDocument;
  sample_inputs: Record<string, unknown>;
  sample_query: string;
}
export interface FlowNode {
  id: string;
  type?: string;
  position: { x: number; y: number };
  width?: number;
  height?: number;
  parentId?: string;
  data: { type: string; title: string; desc?: string; [key: string]: unknown };
  [key: string]: unknown;
}
export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  sourceHandle?: string;
  targetHandle?: string;
  type?: string;
  data?: Record<string, unknown>;
  [key: string]: unknown;
}
export interface FlowDocument {
  graph: { nodes: FlowNode[]; edges: FlowEdge[]; viewport?: { x: number; y: number; zoom: number } };
  features?: Record<string, unknown>;
  environment_variables?: Record<string, unknown>[];
  conversation_variables?: Record<string, unknown>[];
  [key: string]: unknown;
}
/** `field` is a dotted path inside the node's `data`, e.g. "cases.0.conditions.1.value". Text comes from i18n key `problem.<code>` with `params`. */
export interface Problem {
  code: string;
  severity: "error" | "warning";
  node_id: string | null;
  field: string | null;
  params: Record<string, string | number>;
  message: string;
}
export interface Draft {
  document: FlowDocument;
  revision: number;
  updated_at: IsoTime;
  updated_by: string | null;
  problems: Problem[];
}
export interface Version {
  id: Id;
  number: number | null;
  name: string;
  note: string;
  created_at: IsoTime;
  created_by: string | null;
  live: boolean;
  document?: FlowDocument;
}
/** One node type: everything the canvas needs. Labels: {en, "zh-Hans"}. */
export interface NodeType {
  type: string;
  title: Record<string, string>;
  description: Record<string, string>;
  group: "model" | "logic" | "data" | "knowledge" | "tools" | "triggers" | "human";
  icon: string;
  modes: AppMode[];
  addable: boolean;
  /** JSON Schema of `data`; properties carry `title`, `x-title-zh-Hans`, `x-widget`, `x-show-if`. */
  config_schema: Record<string, unknown>;
  /** A valid `data` for a new node. */
  defaults: Record<string, unknown>;
  /** Fixed outputs; nodes whose outputs depend on their data list them through `outputs_from`. */
  outputs: { name: string; type: string }[];
  /** Path in `data` of rows that declare outputs, e.g. {path: "variables", name: "variable", type: "type"} for start. */
  outputs_from: { path: string; name: string; type: string } | null;
  /** "single": handle `source`; "cases": one per case plus `false`; "none": an end. */
  handles: "single" | "cases" | "none";
  error_handling: boolean;
}

/* runs */
export type RunState = "queued" | "running" | "paused" | "succeeded" | "partial_succeeded" | "failed" | "stopped";
export interface Run {
  id: Id;
  app_id: Id;
  version_id: Id;
  version_number: number | null;
  mode: AppMode;
  source: "debug" | "api";
  state: RunState;
  inputs: Record<string, unknown>;
  query: string;
  outputs: Record<string, unknown>;
  answer: string;
  error: { code: string; message: string; node_id: string | null; node_title: string | null; details: Record<string, unknown> } | null;
  total_tokens: number;
  cost_usd: number;
  steps: number;
  elapsed_s: number;
  conversation_id: Id | null;
  message_id: Id | null;
  started_by: string;
  created_at: IsoTime;
  started_at: IsoTime | null;
  finished_at: IsoTime | null;
}
/** `events` is the whole log as far as it is kept; `document` the version's flow. */
export interface RunDetail extends Run {
  document: FlowDocument;
  events: RunEvent[];
  cursor: string;
}
/** See workers/engine/events.py: the fields follow `type`, `seq`, `at`. */
export interface RunEvent {
  type:
    | "run_started"
    | "node_started"
    | "node_delta"
    | "reasoning_delta"
    | "answer_delta"
    | "answer_replaced"
    | "node_retried"
    | "node_finished"
    | "iteration_started"
    | "iteration_next"
    | "iteration_finished"
    | "loop_started"
    | "loop_next"
    | "loop_finished"
    | "run_paused"
    | "run_finished";
  seq: number;
  at: number;
  [key: string]: unknown;
}
/** WebSocket `/ws`: send {action:"subscribe"|"unsubscribe", stream:"run:<id>", after:"0-0"}; get {stream, events:[{cursor, event}]} or {stream, error}. */
export interface LiveFrame {
  stream: string;
  events?: { cursor: string; event: RunEvent }[];
  error?: ApiErrorBody;
  change?: { kind: string; id: Id; [key: string]: unknown };
}
