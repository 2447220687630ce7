import type { RunEvent, RunState } from "@/api/types";
import { BLANK_NODE, type HeldView, hold, release } from "./run-held";

/**
 * `exception`: failed, but handled by a default value or the fail branch. `stopped`: cut off by the end of the run. `waiting`: for people.
 * `held`: a test run stands before it.
 */
export type NodeRunState = "running" | "retrying" | "waiting" | "held" | "succeeded" | "failed" | "exception" | "stopped";

export interface RunErrorView {
  code: string;
  message: string;
  nodeId: string | null;
  nodeTitle: string | null;
  details: Record<string, unknown>;
}

/** What a node card shows. In iterations it tells of the latest execution, `count` says how many there were. */
export interface NodeRunView {
  state: NodeRunState;
  /** Unix seconds. */
  startedAt: number | null;
  elapsedS: number | null;
  tokens: number;
  costUsd: number;
  /** The end of the text the node is writing. */
  preview: string;
  error: RunErrorView | null;
  attempt: number;
  count: number;
  /** The outgoing handle that was taken. */
  handle: string | null;
  /** Where the latest execution was, as in StepView. */
  path: string;
  /** Of an iteration or a loop. */
  rounds: RoundsView | null;
  kept: KeptView | null;
}

/** A step that was not executed, since an earlier run did it. `edited`: its outputs were changed by hand. */
export interface KeptView {
  runId: string;
  edited: boolean;
}

/** How far a container got. `total` is how many rounds there are at most, `begun` how many were started. */
export interface RoundsView {
  total: number;
  begun: number;
  failed: number;
}

export interface RetryView {
  attempt: number;
  delayS: number;
  error: RunErrorView | null;
}

/** One execution of a node, a line of the trace. */
export interface StepView {
  nodeRunId: string;
  nodeId: string;
  nodeType: string;
  title: string;
  /** "" at the top level, "<container id>:<round>" below, joined by "/". */
  path: string;
  index: number;
  attempt: number;
  state: NodeRunState;
  startedAt: number | null;
  elapsedS: number | null;
  inputs: Record<string, unknown>;
  process: Record<string, unknown>;
  outputs: Record<string, unknown>;
  text: string;
  reasoning: string;
  error: RunErrorView | null;
  errorStrategy: string | null;
  handle: string | null;
  tokens: number;
  costUsd: number;
  firstTokenS: number | null;
  retries: RetryView[];
  predecessor: string | null;
  /** How much of `text` has been seen as part of the answer. */
  relayed: number;
  rounds: RoundsView | null;
  kept: KeptView | null;
}

/** A stretch of the answer that came from one node; `nodeId` is null for literal text of a template. */
export interface AnswerPart {
  nodeId: string | null;
  text: string;
}

export interface RunView {
  state: RunState;
  inputs: Record<string, unknown>;
  answer: string;
  /** The answer by where it came from, in order. */
  answerParts: AnswerPart[];
  outputs: Record<string, unknown>;
  error: RunErrorView | null;
  tokens: number;
  costUsd: number;
  steps: number;
  startedAt: number | null;
  finishedAt: number | null;
  elapsedS: number | null;
  /** How often the run was taken up again after a crash or a pause. */
  resumptions: number;
  pauseReasons: Record<string, unknown>[];
  /** The steps before which it stands now. */
  held: HeldView[];
  /** How often it stood before steps. */
  stops: number;
  nodes: Record<string, NodeRunView>;
  trace: StepView[];
  lastSeq: number;
}

export const EMPTY_RUN: RunView = {
  state: "queued",
  inputs: {},
  answer: "",
  answerParts: [],
  outputs: {},
  error: null,
  tokens: 0,
  costUsd: 0,
  steps: 0,
  startedAt: null,
  finishedAt: null,
  elapsedS: null,
  resumptions: 0,
  pauseReasons: [],
  held: [],
  stops: 0,
  nodes: {},
  trace: [],
  lastSeq: 0,
};

const PREVIEW_LENGTH = 240;
const UNFINISHED: ReadonlySet<NodeRunState> = new Set(["running", "retrying", "waiting"]);

type Raw = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const orNull = (value: unknown): number | null => (typeof value === "number" ? value : null);
const object = (value: unknown): Raw => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {});

function errorOf(value: unknown): RunErrorView | null {
  if (typeof value !== "object" || value === null) return null;
  const raw = value as Raw;
  return {
    code: text(raw.code),
    message: text(raw.message),
    nodeId: text(raw.node_id) || null,
    nodeTitle: text(raw.node_title) || null,
    details: object(raw.details),
  };
}

/** What a card shows of the output of an execution: the end of what was written, or a text that came out whole. */
export function previewOf({ text: written, outputs }: StepView): string {
  return (written || text(outputs.output)).slice(-PREVIEW_LENGTH);
}

/** A run with the parts that a batch of events changes, copied once a batch. */
class Fold {
  private readonly fresh = new Set<object>();

  constructor(readonly run: RunView) {}

  apply(event: RunEvent): void {
    switch (event.type) {
      case "run_started":
        return this.started(event);
      case "node_started":
        return this.nodeStarted(event);
      case "node_delta":
        return this.write(this.stepOf(event), text(event.text));
      case "reasoning_delta": {
        const step = this.stepOf(event);
        if (step) step.reasoning += text(event.text);
        return;
      }
      case "answer_delta":
        return this.answerDelta(event);
      case "answer_replaced":
        this.run.answer = text(event.text);
        this.run.answerParts = this.run.answer ? [{ nodeId: null, text: this.run.answer }] : [];
        return;
      case "node_retried":
        return this.nodeRetried(event);
      case "node_finished":
        return this.nodeFinished(event);
      case "node_kept":
        return this.nodeKept(event);
      case "iteration_started":
      case "loop_started":
        // After a crash a container begins anew, but not its rounds.
        return this.rounds(event, { ...this.roundsOf(event), total: number(event.length) });
      case "iteration_next":
      case "loop_next": {
        const known = this.roundsOf(event);
        return this.rounds(event, { ...known, begun: Math.max(known.begun, number(event.round) + 1) });
      }
      case "iteration_finished":
      case "loop_finished":
        return this.rounds(event, { ...this.roundsOf(event), begun: number(event.rounds) });
      case "human_input_required":
        return this.waits(event, "waiting");
      case "human_input_form_filled":
      case "human_input_form_timeout":
        return this.waits(event, "running");
      case "run_paused":
        this.run.state = "paused";
        this.run.elapsedS = number(event.elapsed_s);
        this.run.pauseReasons = Array.isArray(event.reasons) ? (event.reasons as Raw[]) : [];
        this.run.held = hold(this.run.nodes, this.run.pauseReasons);
        if (this.run.held.length) this.run.stops += 1;
        return;
      case "run_finished":
        return this.finished(event);
    }
  }

  private step(nodeRunId: string): StepView | undefined {
    const { trace } = this.run;
    for (let at = trace.length - 1; at >= 0; at -= 1) {
      const step = trace[at]!;
      if (step.nodeRunId !== nodeRunId) continue;
      if (this.fresh.has(step)) return step;
      const copy = { ...step };
      this.fresh.add(copy);
      trace[at] = copy;
      return copy;
    }
    return undefined;
  }

  private stepOf(event: RunEvent): StepView | undefined {
    return this.step(text(event.node_run_id));
  }

  private node(id: string): NodeRunView {
    const known = this.run.nodes[id];
    if (known && this.fresh.has(known)) return known;
    const node: NodeRunView = known ? { ...known } : { ...BLANK_NODE };
    this.fresh.add(node);
    this.run.nodes[id] = node;
    return node;
  }

  private roundsOf(event: RunEvent): RoundsView {
    return this.stepOf(event)?.rounds ?? { total: number(event.length), begun: 0, failed: 0 };
  }

  private rounds(event: RunEvent, rounds: RoundsView): void {
    const step = this.open(event);
    step.rounds = rounds;
    const node = this.node(step.nodeId);
    if (node.path === step.path) node.rounds = rounds;
  }

  private waits(event: RunEvent, state: "waiting" | "running"): void {
    const step = this.open(event);
    step.state = state;
    const node = this.node(step.nodeId);
    if (node.path === step.path) node.state = state;
  }

  /** The steps that were held look as they did before. */
  private release(): void {
    const { run } = this;
    release(run.nodes, run.held);
    if (run.held.length) run.held = [];
  }

  private started(event: RunEvent): void {
    const { run } = this;
    const stood = run.held.length > 0;
    this.release();
    // The time in which a run waited for people does not count.
    run.startedAt = run.state === "paused" ? event.at - (run.elapsedS ?? 0) : (run.startedAt ?? event.at);
    run.elapsedS = null;
    run.state = "running";
    run.inputs = object(event.inputs);
    run.pauseReasons = [];
    if (event.reason === "resumption" && !stood) run.resumptions += 1;
  }

  private open(event: RunEvent): StepView {
    const known = this.stepOf(event);
    if (known) return known;
    const step: StepView = {
      nodeRunId: text(event.node_run_id),
      nodeId: text(event.node_id),
      nodeType: text(event.node_type),
      title: text(event.title),
      path: text(event.path),
      index: number(event.index),
      attempt: 1,
      state: "running",
      startedAt: event.at,
      elapsedS: null,
      inputs: {},
      process: {},
      outputs: {},
      text: "",
      reasoning: "",
      error: null,
      errorStrategy: null,
      handle: null,
      tokens: 0,
      costUsd: 0,
      firstTokenS: null,
      retries: [],
      predecessor: text(event.predecessor_node_id) || null,
      relayed: 0,
      rounds: null,
      kept: null,
    };
    this.fresh.add(step);
    this.run.trace.push(step);
    const node = this.node(step.nodeId);
    node.count += 1;
    node.path = step.path;
    return step;
  }

  private nodeStarted(event: RunEvent): void {
    const step = this.open(event);
    Object.assign(step, {
      state: "running",
      attempt: number(event.attempt) || 1,
      startedAt: event.at,
      text: "",
      reasoning: "",
      relayed: 0,
      error: null,
    });
    const node = this.node(step.nodeId);
    Object.assign(node, {
      state: "running",
      attempt: step.attempt,
      startedAt: event.at,
      elapsedS: null,
      preview: "",
      error: null,
      handle: null,
      path: step.path,
      rounds: null,
      kept: null,
    });
  }

  private write(step: StepView | undefined, piece: string): void {
    if (!step || !piece) return;
    step.text += piece;
    const node = this.node(step.nodeId);
    if (node.path === step.path) node.preview = (node.preview + piece).slice(-PREVIEW_LENGTH);
  }

  /** Text held back at first comes twice: as the node's own, then as the answer's. Only what is new is added to the node. */
  private answerDelta(event: RunEvent): void {
    const piece = text(event.text);
    this.run.answer += piece;
    const [nodeId, name] = Array.isArray(event.selector) ? (event.selector as string[]) : [];
    this.part(nodeId ?? null, piece);
    if (!nodeId || name !== "text") return;
    const open = this.run.trace.findLast((one) => one.nodeId === nodeId && one.state === "running");
    const step = open && this.step(open.nodeRunId);
    if (!step) return;
    step.relayed += piece.length;
    const missing = step.relayed - step.text.length;
    if (missing > 0) this.write(step, piece.slice(-missing));
  }

  private part(nodeId: string | null, piece: string): void {
    const parts = this.run.answerParts;
    const last = parts.at(-1);
    this.run.answerParts =
      last?.nodeId === nodeId ? [...parts.slice(0, -1), { nodeId, text: last.text + piece }] : [...parts, { nodeId, text: piece }];
  }

  private nodeRetried(event: RunEvent): void {
    const step = this.open(event);
    const error = errorOf(event.error);
    step.state = "retrying";
    step.retries = [...step.retries, { attempt: number(event.attempt), delayS: number(event.delay_s), error }];
    const node = this.node(step.nodeId);
    if (node.path === step.path) Object.assign(node, { state: "retrying", attempt: number(event.attempt) + 1, error, preview: "" });
  }

  private nodeFinished(event: RunEvent): void {
    const step = this.open(event);
    const usage = object(event.usage);
    const state = text(event.status) as NodeRunState;
    const error = errorOf(event.error);
    Object.assign(step, {
      state,
      attempt: number(event.attempt) || step.attempt,
      elapsedS: number(event.elapsed_s),
      inputs: object(event.inputs),
      process: object(event.process),
      outputs: object(event.outputs),
      error,
      errorStrategy: text(event.error_strategy) || null,
      handle: text(event.handle) || null,
      tokens: number(usage.total_tokens),
      costUsd: number(usage.cost_usd),
      firstTokenS: orNull(usage.first_token_s),
    });
    if (!step.text && typeof step.outputs.text === "string") step.text = step.outputs.text;
    if (step.rounds && Array.isArray(step.process.failed_rounds))
      step.rounds = { ...step.rounds, failed: step.process.failed_rounds.length };
    const node = this.node(step.nodeId);
    node.tokens += step.tokens;
    node.costUsd += step.costUsd;
    // Rounds that run at the same time end in any order; the card keeps to the one that began last.
    if (node.path === step.path) {
      Object.assign(node, { state, error, elapsedS: step.elapsedS, handle: step.handle, attempt: step.attempt, rounds: step.rounds });
      node.preview ||= previewOf(step);
    }
    this.run.tokens += step.tokens;
    this.run.costUsd += step.costUsd;
    this.run.steps += 1;
  }

  /** The earlier run paid for it, so it counts in no sum of this one; its own numbers stay with the step. */
  private nodeKept(event: RunEvent): void {
    const { tokens, costUsd, steps } = this.run;
    this.nodeFinished(event);
    Object.assign(this.run, { tokens, costUsd, steps });
    const kept = { runId: text(event.run_id), edited: event.edited === true };
    const step = this.open(event);
    step.kept = kept;
    const node = this.node(step.nodeId);
    Object.assign(node, { kept, tokens: node.tokens - step.tokens, costUsd: node.costUsd - step.costUsd });
  }

  private finished(event: RunEvent): void {
    const { run } = this;
    this.release();
    const usage = object(event.usage);
    run.state = text(event.status) as RunState;
    run.outputs = object(event.outputs);
    run.answer = text(event.answer) || run.answer;
    run.error = errorOf(event.error);
    run.tokens = number(usage.total_tokens) || run.tokens;
    run.costUsd = number(usage.cost_usd) || run.costUsd;
    run.steps = number(event.steps) || run.steps;
    run.elapsedS = number(event.elapsed_s);
    run.finishedAt = event.at;
    for (const [id, node] of Object.entries(run.nodes)) {
      if (UNFINISHED.has(node.state)) this.node(id).state = "stopped";
    }
    for (const { nodeRunId, state } of run.trace) {
      if (UNFINISHED.has(state)) this.step(nodeRunId)!.state = "stopped";
    }
  }
}

/** Bring a run up to date with a batch of events. Events it has already seen change nothing; what no event touched stays the same object. */
export function foldEvents(run: RunView, events: readonly RunEvent[]): RunView {
  const news = events.filter((event) => event.seq > run.lastSeq);
  if (!news.length) return run;
  const fold = new Fold({ ...run, nodes: { ...run.nodes }, trace: [...run.trace] });
  for (const event of news) {
    if (event.seq <= fold.run.lastSeq) continue;
    fold.apply(event);
    fold.run.lastSeq = event.seq;
  }
  return fold.run;
}

export const isOver = (run: RunView): boolean => run.state !== "queued" && run.state !== "running" && run.state !== "paused";
