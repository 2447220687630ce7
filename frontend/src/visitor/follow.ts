/** Follows a run over broken connections: from where it was, as long as it goes on. */
import { asJson, CallError, type Session } from "./session";
import { readSse } from "./sse";
import type { Frame } from "./chat/turns";

export interface Follower {
  onFrame(frame: Frame, cursor: string): void;
  /** The connection broke; it is tried again until `onConnected`. */
  onBroken(): void;
  onConnected(): void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
/** Tries without any news: about a day. */
const MOST_ATTEMPTS = 10_000;

/** Waits, less long when the browser says that it is online again. */
export function patience(attempt: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      done();
      reject(new DOMException("left", "AbortError"));
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
}

/** Nothing arrived, or it broke off: worth another try. A refusal is not. */
export function isBroken(error: unknown): boolean {
  if (error instanceof CallError) return error.status === 0 || error.status === 502 || error.status === 503 || error.status === 504;
  return error instanceof TypeError;
}

/** What ends a run for its reader: nothing comes after it. */
function isLast(frame: Frame, simple: boolean): boolean {
  return frame.event === "workflow_finished" || (simple && (frame.event === "message_end" || frame.event === "error"));
}

/** One run, from its beginning to its end. */
export class RunFollower {
  private readonly abort = new AbortController();
  private runId: string | null = null;
  private cursor = "0-0";
  private over = false;

  constructor(
    private readonly session: Session,
    private readonly told: Follower,
    /** Apps without a drawing end with their answer, others with `workflow_finished`. */
    private readonly simple: boolean,
  ) {}

  /** Leaves the run to itself. */
  leave(): void {
    this.abort.abort();
  }

  /** Starts a run and follows it; the same key never starts a second one. Rejects when it was not accepted; once it runs, broken
   * connections are mended. */
  async start(path: string, body: Record<string, unknown>, idempotencyKey: string): Promise<void> {
    const init = asJson("POST", body);
    const given = { ...init, headers: { ...init.headers, "Idempotency-Key": idempotencyKey }, signal: this.abort.signal };
    const response = await this.session.call(`${path}?event_ids=1`, given);
    await this.read(response).catch((error: unknown) => {
      if (!isBroken(error) || this.runId === null) throw error;
    });
    await this.goOn();
  }

  /** Follows a run that goes on somewhere; tells it from its first frame. */
  async attach(runId: string): Promise<void> {
    this.runId = runId;
    await this.goOn();
  }

  private async goOn(): Promise<void> {
    let broken = false;
    for (let attempt = 0; !this.over && this.runId !== null && attempt < MOST_ATTEMPTS; attempt += 1) {
      if (broken) this.told.onBroken();
      if (attempt > 0) await patience(attempt - 1, this.abort.signal);
      const before = this.cursor;
      try {
        const path = `/workflow/${this.runId}/events?continue_on_pause=true&event_ids=1`;
        const headers = { "Last-Event-ID": this.cursor };
        const response = await this.session.call(path, { headers, signal: this.abort.signal });
        this.told.onConnected();
        broken = false;
        await this.read(response);
      } catch (error) {
        if (!isBroken(error)) throw error;
        broken = true;
      }
      if (this.cursor !== before) attempt = 0;
    }
  }

  private async read(response: Response): Promise<void> {
    await readSse(response, ({ id, data }) => {
      const frame = JSON.parse(data) as Frame;
      if (id) this.cursor = id;
      this.runId ??= typeof frame.task_id === "string" ? frame.task_id : null;
      this.over ||= isLast(frame, this.simple);
      this.told.onFrame(frame, id);
    });
  }
}
