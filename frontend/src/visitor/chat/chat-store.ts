/** The chat of one visit: the open conversation, its turns, and the answers that are under way. */
import { RunFollower, isBroken } from "../follow";
import { CallError, type Session } from "../session";
import type { ShownFile, StoredMessage, Turn } from "./turns";
import { applyFrame, isLive, newTurn, rewound, turnOf } from "./turns";

export interface Question {
  /** Stays the same when the question is sent again. */
  key: string;
  query: string;
  files: { sent: Record<string, unknown>[]; shown: ShownFile[] };
  inputs: Record<string, unknown>;
}

export interface ChatState {
  conversationId: string | null;
  turns: Turn[];
  /** With which inputs the latest question of an opened conversation was asked. */
  inputs: Record<string, unknown> | null;
  /** Earlier messages of the conversation that are not loaded. */
  hasEarlier: boolean;
  loading: boolean;
  error: CallError | null;
  broken: boolean;
  followUps: string[];
  /** Counts what changes the list of conversations. */
  changes: number;
}

const EMPTY: ChatState = {
  conversationId: null,
  turns: [],
  inputs: null,
  hasEarlier: false,
  loading: false,
  error: null,
  broken: false,
  followUps: [],
  changes: 0,
};
const PAGE = 20;

interface Options {
  simple: boolean;
  suggests: boolean;
  /** Says the error in the page's language. */
  word(error: CallError): string;
  onAnswered?(turn: Turn): void;
}

interface Messages {
  data: StoredMessage[];
  has_more: boolean;
}

export class ChatStore {
  private state: ChatState = EMPTY;
  private readonly listeners = new Set<() => void>();
  private follower: RunFollower | null = null;
  private waiting: { key: string; question: Question } | null = null;
  private count = 0;

  constructor(
    private readonly session: Session,
    private readonly options: Options,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ChatState => this.state;

  private set(change: Partial<ChatState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private changeTurn(key: string, change: (turn: Turn) => Turn): void {
    this.set({ turns: this.state.turns.map((turn) => (turn.key === key ? change(turn) : turn)) });
  }

  /** Leaves the conversation; an answer under way goes on without us. */
  private leave(): void {
    this.follower?.leave();
    this.follower = null;
    this.waiting = null;
  }

  begin(): void {
    this.leave();
    this.set({ ...EMPTY, changes: this.state.changes });
  }

  async open(conversationId: string): Promise<void> {
    this.leave();
    this.set({ ...EMPTY, changes: this.state.changes, conversationId, loading: true });
    try {
      const page = await this.session.get<Messages>(`/messages?conversation_id=${conversationId}&limit=${PAGE}`);
      if (this.state.conversationId !== conversationId) return;
      const turns = page.data.map(turnOf);
      this.set({ loading: false, turns, hasEarlier: page.has_more, inputs: page.data.at(-1)?.inputs ?? null });
      const last = turns.at(-1);
      if (last?.runId && (isLive(last) || last.status === "paused")) void this.attach(last);
    } catch (error) {
      if (this.state.conversationId === conversationId) this.set({ loading: false, error: asCallError(error) });
    }
  }

  async loadEarlier(): Promise<void> {
    const { conversationId, turns } = this.state;
    const first = turns.find((turn) => turn.messageId)?.messageId;
    if (!conversationId || !first) return;
    const page = await this.session.get<Messages>(`/messages?conversation_id=${conversationId}&first_id=${first}&limit=${PAGE}`);
    if (this.state.conversationId === conversationId)
      this.set({ turns: [...page.data.map(turnOf), ...this.state.turns], hasEarlier: page.has_more });
  }

  async send(question: Question): Promise<void> {
    this.leave();
    this.count += 1;
    const turn = newTurn(`new-${this.count}`, question.query, question.files.shown);
    this.set({ turns: [...this.state.turns, turn], followUps: [], error: null });
    await this.dispatch(turn.key, question);
  }

  /** Sends what could not be sent. */
  resend = (): void => {
    const waiting = this.waiting;
    if (!waiting || !navigator.onLine) return;
    this.waiting = null;
    this.changeTurn(waiting.key, (turn) => ({ ...turn, status: "sending", error: null }));
    void this.dispatch(waiting.key, waiting.question);
  };

  private async dispatch(key: string, question: Question): Promise<void> {
    const body = {
      query: question.query,
      inputs: question.inputs,
      files: question.files.sent,
      conversation_id: this.state.conversationId ?? "",
      response_mode: "streaming",
    };
    await this.run(key, (follower) => follower.start("/chat-messages", body, question.key), question);
  }

  private async attach(turn: Turn): Promise<void> {
    if (isLive(turn)) this.changeTurn(turn.key, rewound);
    await this.run(turn.key, (follower) => follower.attach(turn.runId ?? ""), null);
  }

  private async run(key: string, begin: (follower: RunFollower) => Promise<void>, question: Question | null): Promise<void> {
    const follower = new RunFollower(
      this.session,
      {
        onFrame: (frame, cursor) => {
          if (this.follower !== follower) return;
          if (!this.state.conversationId && typeof frame.conversation_id === "string") {
            this.set({ conversationId: frame.conversation_id, changes: this.state.changes + 1 });
          }
          if (frame.event === "workflow_started" && frame.data?.reason !== "resumption") this.changeTurn(key, rewound);
          this.changeTurn(key, (turn) => applyFrame(turn, frame, cursor));
        },
        onBroken: () => this.set({ broken: true }),
        onConnected: () => this.set({ broken: false }),
      },
      this.options.simple,
    );
    this.follower = follower;
    try {
      await begin(follower);
      if (this.follower === follower) await this.settle(key);
    } catch (error) {
      if (this.follower === follower) this.fail(key, error, question);
    }
  }

  /** The run has ended, or its stream has: what is stored counts. */
  private async settle(key: string): Promise<void> {
    const turn = this.state.turns.find((one) => one.key === key);
    this.set({ broken: false, changes: this.state.changes + 1 });
    if (!turn?.messageId || turn.status === "paused") return;
    if (isLive(turn)) this.changeTurn(key, (one) => ({ ...one, status: "done" }));
    this.options.onAnswered?.(turn);
    if (this.options.suggests && turn.status === "done") await this.suggest(turn.messageId);
  }

  private async suggest(messageId: string): Promise<void> {
    try {
      const { data } = await this.session.get<{ data: string[] }>(`/messages/${messageId}/suggested`);
      if (this.state.turns.at(-1)?.messageId === messageId) this.set({ followUps: data });
    } catch {
      // Follow-ups are an offer; a chat without them is whole.
    }
  }

  private fail(key: string, error: unknown, question: Question | null): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    const found = asCallError(error);
    const turn = this.state.turns.find((one) => one.key === key);
    this.set({ broken: false });
    if (isBroken(error) && question && turn?.runId === null) {
      this.waiting = { key, question };
      this.changeTurn(key, (one) => ({ ...one, status: "unsent" }));
      return;
    }
    this.changeTurn(key, (one) => ({ ...one, status: "failed", error: this.options.word(found) }));
  }

  async stop(): Promise<void> {
    const turn = this.state.turns.findLast((one) => isLive(one) || one.status === "paused");
    if (!turn) return;
    if (!turn.runId) {
      this.leave();
      this.changeTurn(turn.key, (one) => ({ ...one, status: "stopped" }));
      return;
    }
    await this.session.post(`/chat-messages/${turn.runId}/stop`, {});
    if (this.options.simple) this.changeTurn(turn.key, (one) => ({ ...one, status: "stopped" }));
  }

  async rate(turn: Turn, rating: Turn["rating"], content = ""): Promise<void> {
    const before = turn.rating;
    this.changeTurn(turn.key, (one) => ({ ...one, rating }));
    try {
      await this.session.post(`/messages/${turn.messageId}/feedbacks`, { rating, content });
    } catch (error) {
      this.changeTurn(turn.key, (one) => ({ ...one, rating: before }));
      throw error;
    }
  }

  /** Answers a form that the run waits for; the run then goes on. Raises CallError with the field at fault. */
  async answerForm(formToken: string, action: string, inputs: Record<string, unknown>): Promise<void> {
    await this.session.post(`/form/human_input/${formToken}`, { action, inputs });
  }
}

export function asCallError(error: unknown): CallError {
  return error instanceof CallError ? error : new CallError("unknown", String(error), -1);
}
