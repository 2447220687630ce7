import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveFrame } from "@/api/types";
import { compareCursors, LiveConnection } from "@/lib/live";

class FakeSocket extends EventTarget {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: Record<string, string>[] = [];

  constructor() {
    super();
    FakeSocket.all.push(this);
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, string>);
  }
  frame(frame: LiveFrame): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }
  events(stream: string, ...cursors: string[]): void {
    this.frame({ stream, events: cursors.map((cursor) => ({ cursor, event: { type: "node_delta", seq: 0, at: 0, cursor } })) });
  }
  break(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
  close(): void {
    this.break(1000);
  }
}

function collect(): { cursors: string[]; take: (frame: LiveFrame) => void } {
  const cursors: string[] = [];
  return { cursors, take: (frame) => cursors.push(...(frame.events ?? []).map((entry) => entry.cursor)) };
}

const last = (): FakeSocket => {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error("no socket");
  return socket;
};

let live: LiveConnection;
beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  live = new LiveConnection(
    () => "ws://test/ws",
    () => new FakeSocket() as unknown as WebSocket,
  );
});
afterEach(() => vi.useRealTimers());

describe("LiveConnection", () => {
  it("opens one socket for all streams and asks for each from its cursor", () => {
    live.subscribe("run:1", null, () => undefined);
    live.subscribe("run:2", "1-7", () => undefined);
    last().open();
    expect(FakeSocket.all).toHaveLength(1);
    expect(last().sent).toEqual([
      { action: "subscribe", stream: "run:1", after: "0-0" },
      { action: "subscribe", stream: "run:2", after: "1-7" },
    ]);
  });

  it("comes back after a break and goes on behind the last event seen", () => {
    const seen = collect();
    live.subscribe("run:1", null, seen.take);
    last().open();
    last().events("run:1", "1-1", "1-2");
    last().break();
    expect(live.state).toBe("waiting");
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    last().open();
    expect(last().sent).toEqual([{ action: "subscribe", stream: "run:1", after: "1-2" }]);
    last().events("run:1", "1-2", "1-3");
    expect(seen.cursors).toEqual(["1-1", "1-2", "1-3"]);
  });

  it("waits longer after each failure and at once connects when woken", () => {
    live.subscribe("run:1", null, () => undefined);
    for (let failure = 0; failure < 6; failure += 1) {
      last().break();
      vi.advanceTimersByTime(60_000);
    }
    const before = FakeSocket.all.length;
    last().break();
    vi.advanceTimersByTime(5_000);
    expect(FakeSocket.all).toHaveLength(before);
    live.wake();
    expect(FakeSocket.all).toHaveLength(before + 1);
  });

  it("does not hammer a server that says the session has ended", () => {
    live.subscribe("run:1", null, () => undefined);
    last().break(4401);
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("gives a late subscriber the past without repeating it for the first", () => {
    const [early, late] = [collect(), collect()];
    live.subscribe("run:1", null, early.take);
    last().open();
    last().events("run:1", "1-1", "1-2");
    live.subscribe("run:1", null, late.take);
    expect(last().sent.slice(1)).toEqual([
      { action: "unsubscribe", stream: "run:1" },
      { action: "subscribe", stream: "run:1", after: "0-0" },
    ]);
    last().events("run:1", "1-1", "1-2", "1-3");
    expect(early.cursors).toEqual(["1-1", "1-2", "1-3"]);
    expect(late.cursors).toEqual(["1-1", "1-2", "1-3"]);
  });

  it("hands changes and errors through", () => {
    const frames: LiveFrame[] = [];
    live.subscribe("workspace:1", null, (frame) => frames.push(frame));
    last().open();
    last().frame({ stream: "workspace:1", change: { kind: "run_created", id: "r" } });
    expect(frames).toEqual([{ stream: "workspace:1", change: { kind: "run_created", id: "r" } }]);
  });

  it("closes with the last subscription and ignores what still arrives", () => {
    const seen = collect();
    const leave = live.subscribe("run:1", null, seen.take);
    last().open();
    leave();
    expect(last().sent.at(-1)).toEqual({ action: "unsubscribe", stream: "run:1" });
    expect(live.state).toBe("idle");
    last().events("run:1", "1-1");
    vi.advanceTimersByTime(60_000);
    expect(seen.cursors).toEqual([]);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

it("orders cursors by epoch, then by number", () => {
  expect(["2-1", "1-10", "1-9"].sort(compareCursors)).toEqual(["1-9", "1-10", "2-1"]);
});
