import type { LiveFrame } from "@/api/types";

export type LiveState = "idle" | "connecting" | "open" | "waiting";
export type LiveHandler = (frame: LiveFrame) => void;

interface Subscriber {
  handler: LiveHandler;
  cursor: string;
}

const START = "0-0";
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Sent by the server when the session has ended: asking again at once would be refused again. */
const CLOSED_UNAUTHORIZED = 4401;

/** Compares cursors "<epoch>-<seq>" as the log orders them. */
export function compareCursors(a: string, b: string): number {
  const [a0 = 0, a1 = 0] = a.split("-").map(Number);
  const [b0 = 0, b1 = 0] = b.split("-").map(Number);
  return a0 - b0 || a1 - b1;
}

/**
 * One socket for any number of streams. It reconnects by itself and asks again from each stream's last cursor,
 * so a handler sees every event once and in order.
 */
export class LiveConnection {
  private socket: WebSocket | null = null;
  private streams = new Map<string, Set<Subscriber>>();
  private watchers = new Set<(state: LiveState) => void>();
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private current: LiveState = "idle";

  constructor(
    private readonly url: () => string,
    private readonly open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  get state(): LiveState {
    return this.current;
  }

  /** Calls `handler` for every frame after `after`; returns what ends it. */
  subscribe(stream: string, after: string | null, handler: LiveHandler): () => void {
    const subscriber: Subscriber = { handler, cursor: after ?? START };
    const others = this.streams.get(stream);
    if (others) {
      others.add(subscriber);
      this.say("unsubscribe", stream);
    } else {
      this.streams.set(stream, new Set([subscriber]));
    }
    if (this.socket) this.say("subscribe", stream);
    else if (!this.timer) this.connect();
    return () => this.drop(stream, subscriber);
  }

  watchState(watcher: (state: LiveState) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Connects now instead of after the wait: the network is back, or the person signed in again. */
  wake(): void {
    if (this.socket || this.streams.size === 0) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.connect();
  }

  /** Sends a frame that needs no answer; it is lost while there is no connection. */
  send(frame: Record<string, unknown>): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private drop(stream: string, subscriber: Subscriber): void {
    const subscribers = this.streams.get(stream);
    if (!subscribers?.delete(subscriber) || subscribers.size > 0) return;
    this.streams.delete(stream);
    this.say("unsubscribe", stream);
    if (this.streams.size === 0) this.disconnect();
  }

  private disconnect(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.set("idle");
  }

  private say(action: "subscribe" | "unsubscribe", stream: string): void {
    if (this.socket?.readyState !== 1) return;
    const after = action === "subscribe" ? { after: this.oldest(stream) } : {};
    this.socket.send(JSON.stringify({ action, stream, ...after }));
  }

  private oldest(stream: string): string {
    const cursors = [...(this.streams.get(stream) ?? [])].map((s) => s.cursor).sort(compareCursors);
    return cursors[0] ?? START;
  }

  private connect(): void {
    this.set("connecting");
    const socket = this.open(this.url());
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.attempts = 0;
      this.set("open");
      for (const stream of this.streams.keys()) this.say("subscribe", stream);
    });
    socket.addEventListener("message", (message: MessageEvent<string>) => {
      if (this.socket === socket) this.deliver(JSON.parse(message.data) as LiveFrame);
    });
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.retry(event.code === CLOSED_UNAUTHORIZED ? LONGEST_WAIT_MS : null);
    });
  }

  private retry(fixed: number | null): void {
    if (this.streams.size === 0) return this.set("idle");
    const wait = fixed ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts) * (0.75 + Math.random() / 2);
    this.attempts += 1;
    this.set("waiting");
    this.timer = setTimeout(() => {
      this.timer = null;
      this.connect();
    }, wait);
  }

  private deliver(frame: LiveFrame): void {
    for (const subscriber of new Set(this.streams.get(frame.stream))) {
      if (!frame.events) {
        subscriber.handler(frame);
        continue;
      }
      const fresh = frame.events.filter((entry) => compareCursors(entry.cursor, subscriber.cursor) > 0);
      const last = fresh.at(-1);
      if (!last) continue;
      subscriber.cursor = last.cursor;
      subscriber.handler(fresh.length === frame.events.length ? frame : { ...frame, events: fresh });
    }
  }

  private set(state: LiveState): void {
    if (state === this.current) return;
    this.current = state;
    for (const watcher of this.watchers) watcher(state);
  }
}

/** The tab's connection. */
export const live = new LiveConnection(() => `${window.location.origin.replace(/^http/, "ws")}/ws`);

/** Streams: `run:<id>` (events with cursors) and `workspace:<id>` (changes). `after` null: from the beginning. */
export function subscribe(stream: string, after: string | null, handler: LiveHandler): () => void {
  return live.subscribe(stream, after, handler);
}
