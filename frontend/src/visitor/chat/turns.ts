/** A conversation as the page shows it: turns made of stored messages, and of the frames of running answers. Pure. */

export interface Step {
  id: string;
  title: string;
  type: string;
  status: "working" | "retry" | "succeeded" | "failed" | "exception" | "stopped";
  seconds: number | null;
  /** How deep it lies in iterations and loops. */
  depth: number;
}

export interface Source {
  position: number;
  dataset_name: string | null;
  document_name: string | null;
  content: string | null;
  page: number | null;
}

export interface ShownFile {
  id: string;
  name: string;
  kind: string;
  url: string;
  mine: boolean;
}

export interface FormDefinition {
  form_id: string;
  node_id: string;
  node_title: string;
  form_content: string;
  inputs: Record<string, unknown>[];
  actions: { id: string; title: string; button_style: string }[];
  display_in_ui: boolean;
  form_token: string | null;
  resolved_default_values: Record<string, unknown>;
  expiration_time: number;
}

export interface TurnForm {
  definition: FormDefinition;
  state: "waiting" | "answered" | "over";
  action: string;
  content: string;
}

export type TurnStatus = "unsent" | "sending" | "answering" | "paused" | "done" | "stopped" | "failed";

export interface Turn {
  /** The page's own name for it; stays when the message gets its id. */
  key: string;
  messageId: string | null;
  runId: string | null;
  /** Where in the log of the run we are. */
  cursor: string;
  query: string;
  files: ShownFile[];
  answer: string;
  reasoning: string;
  status: TurnStatus;
  error: string | null;
  steps: Step[];
  sources: Source[];
  forms: TurnForm[];
  /** What a workflow gave. */
  outputs: Record<string, unknown> | null;
  seconds: number | null;
  rating: "like" | "dislike" | null;
}

export type Frame = { event: string; data?: Record<string, unknown> } & Record<string, unknown>;

export function newTurn(key: string, query: string, files: ShownFile[]): Turn {
  const empty = { answer: "", reasoning: "", error: null, steps: [], sources: [], forms: [], outputs: null, seconds: null, rating: null };
  return { key, messageId: null, runId: null, cursor: "", query, files, status: "sending", ...empty };
}

export const isLive = (turn: Turn): boolean => turn.status === "sending" || turn.status === "answering";

/** A turn that starts again from the first frame of its run. */
export function rewound(turn: Turn): Turn {
  const empty = { answer: "", reasoning: "", error: null, steps: [], forms: [], outputs: null };
  return { ...turn, ...empty, cursor: "", status: "answering" };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The turn after one more frame; the same turn where the frame changes nothing. */
export function applyFrame(before: Turn, frame: Frame, cursor = ""): Turn {
  const turn = named(before, frame, cursor);
  const data = frame.data ?? {};
  switch (frame.event) {
    case "message":
    case "agent_message":
      return { ...turn, answer: turn.answer + text(frame.answer), status: "answering" };
    case "text_chunk":
      return { ...turn, answer: turn.answer + text(data.text), status: "answering" };
    case "message_replace":
      return { ...turn, answer: text(frame.answer) };
    case "text_replace":
      return { ...turn, answer: text(data.text) };
    case "reasoning_chunk":
      return { ...turn, reasoning: turn.reasoning + text(data.reasoning) };
    case "message_end":
      return { ...turn, sources: sourcesOf((frame.metadata as Record<string, unknown> | null)?.retriever_resources), status: ended(turn) };
    case "error":
      return { ...turn, status: "failed", error: text(frame.message) };
    case "workflow_started":
      return { ...turn, status: "answering" };
    case "workflow_paused":
      return { ...turn, status: "paused" };
    case "workflow_finished":
      return finished(turn, data);
    case "human_input_required":
      return { ...turn, forms: [...turn.forms.filter((form) => form.definition.form_id !== data.form_id), waiting(data)] };
    case "human_input_form_filled":
      return { ...turn, status: "answering", forms: closed(turn.forms, data, "answered") };
    case "human_input_form_timeout":
      return { ...turn, status: "answering", forms: closed(turn.forms, data, "over") };
    default:
      return { ...turn, steps: stepped(turn.steps, frame.event, data) };
  }
}

function named(turn: Turn, frame: Frame, cursor: string): Turn {
  const messageId = turn.messageId ?? (text(frame.message_id) || null);
  const runId = turn.runId ?? (text(frame.workflow_run_id) || text(frame.task_id) || null);
  return { ...turn, messageId, runId, cursor: cursor || turn.cursor };
}

const ended = (turn: Turn): TurnStatus => (turn.status === "failed" || turn.status === "stopped" ? turn.status : "done");

function finished(before: Turn, data: Record<string, unknown>): Turn {
  const steps = before.steps.map((step) =>
    step.status === "working" || step.status === "retry" ? { ...step, status: "stopped" as const } : step,
  );
  const outputs = typeof data.outputs === "object" && data.outputs !== null ? (data.outputs as Record<string, unknown>) : null;
  const turn = { ...before, steps, outputs, seconds: typeof data.elapsed_time === "number" ? data.elapsed_time : null };
  if (data.status === "stopped") return { ...turn, status: "stopped" };
  if (data.status === "failed") return { ...turn, status: "failed", error: turn.error ?? text(data.error) };
  return { ...turn, status: "done" };
}

function waiting(data: Record<string, unknown>): TurnForm {
  return { definition: data as unknown as FormDefinition, state: "waiting", action: "", content: "" };
}

function closed(forms: TurnForm[], data: Record<string, unknown>, state: TurnForm["state"]): TurnForm[] {
  const change = { state, action: text(data.action_text), content: text(data.rendered_content) };
  return forms.map((form) => (form.state === "waiting" && form.definition.node_id === data.node_id ? { ...form, ...change } : form));
}

function stepped(steps: Step[], event: string, data: Record<string, unknown>): Step[] {
  const id = text(data.id);
  if (!id) return steps;
  if (event === "node_started" || event === "iteration_started" || event === "loop_started") {
    const step: Step = {
      id,
      title: text(data.title) || text(data.node_type),
      type: text(data.node_type),
      status: "working",
      seconds: null,
      depth: data.iteration_id || data.loop_id ? 1 : 0,
    };
    return [...steps.filter((one) => one.id !== id), step];
  }
  if (event === "node_retry") return steps.map((step) => (step.id === id ? { ...step, status: "retry" } : step));
  if (event !== "node_finished" && event !== "iteration_completed" && event !== "loop_completed") return steps;
  const status = (["succeeded", "failed", "exception"] as const).find((one) => one === data.status) ?? "stopped";
  const seconds = typeof data.elapsed_time === "number" ? data.elapsed_time : null;
  return steps.map((step) => (step.id === id ? { ...step, status, seconds } : step));
}

function sourcesOf(value: unknown): Source[] {
  return Array.isArray(value) ? (value as Source[]) : [];
}

/** What `/v1/messages` gives. */
export interface StoredMessage {
  id: string;
  inputs: Record<string, unknown>;
  query: string;
  answer: string;
  status: string;
  error: string | null;
  message_files: { id: string; upload_file_id?: string | null; filename: string; type: string; url: string; belongs_to: string }[];
  feedback: { rating: "like" | "dislike" } | null;
  retriever_resources: Source[];
  task_id?: string;
  run_status?: string;
  extra_contents: {
    workflow_run_id: string;
    submitted: boolean;
    form_definition: FormDefinition;
    form_submission_data?: { action_text: string; rendered_content: string };
  }[];
}

export function turnOf(message: StoredMessage): Turn {
  const files = message.message_files.map((file) => ({
    id: file.upload_file_id ?? file.id,
    name: file.filename,
    kind: file.type,
    url: file.url,
    mine: file.belongs_to !== "assistant",
  }));
  const forms = message.extra_contents.map((extra): TurnForm => {
    const done = extra.form_submission_data;
    const definition = extra.form_definition;
    const state = extra.submitted ? "answered" : definition.expiration_time * 1000 < Date.now() ? "over" : "waiting";
    return { definition, state, action: done?.action_text ?? "", content: done?.rendered_content ?? "" };
  });
  return {
    ...newTurn(message.id, message.query, files),
    messageId: message.id,
    runId: message.task_id ?? null,
    answer: message.answer,
    status: statusOf(message),
    error: message.error,
    sources: message.retriever_resources,
    forms,
    rating: message.feedback?.rating ?? null,
  };
}

function statusOf({ status, run_status: run, error }: StoredMessage): TurnStatus {
  if (run === "queued" || run === "running") return "answering";
  if (run === "paused" || status === "paused") return "paused";
  if (run === "stopped") return "stopped";
  return error || status === "error" ? "failed" : "done";
}

/** Turns that ask the same again stand in one place, the newest on top. */
export function stacked(turns: readonly Turn[]): Turn[][] {
  const stacks: Turn[][] = [];
  for (const turn of turns) {
    const last = stacks.at(-1)?.at(-1);
    if (last && !isLive(last) && last.query === turn.query && sameFiles(last, turn) && turn.query) stacks.at(-1)?.push(turn);
    else stacks.push([turn]);
  }
  return stacks;
}

function sameFiles(a: Turn, b: Turn): boolean {
  const names = (turn: Turn) => turn.files.filter((file) => file.mine).map((file) => file.name);
  return names(a).join("\n") === names(b).join("\n");
}
