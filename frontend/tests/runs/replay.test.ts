import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents } from "@/features/canvas/run-reducer";
import { createReplay } from "@/features/runs/scrubber/replay";
import { Tape } from "@/features/runs/scrubber/tape";

type Line = Omit<RunEvent, "seq">;
const numbered = (lines: Line[]): RunEvent[] => lines.map((line, index) => ({ ...line, seq: index + 1 }) as RunEvent);
const step = (type: RunEvent["type"], at: number, id: string, more: object = {}): Line =>
  ({ type, at, node_run_id: id, node_id: id, node_type: "llm", title: id.toUpperCase(), path: "", index: 1, attempt: 1, ...more }) as Line;
const begins: Line = { type: "run_started", at: 100, inputs: {}, reason: "initial" };
const ends = (at: number): Line => ({
  type: "run_finished",
  at,
  status: "succeeded",
  outputs: { x: 1 },
  answer: "",
  usage: null,
  steps: 2,
  elapsed_s: 3,
});

/** Steps one after the other, each writing as many pieces, some tried again, some in rounds. */
function longLog(steps: number, pieces: number): RunEvent[] {
  const lines: Line[] = [begins];
  let at = 100;
  for (let number = 0; number < steps; number += 1) {
    const id = `n${number % 40}`;
    const run = { node_run_id: `r${number}`, path: number % 3 === 0 ? `loop:${number}` : "" };
    lines.push(step("node_started", (at += 0.01), id, run));
    if (number % 7 === 0) {
      const error = { code: "provider_timeout", message: "late", node_id: id, node_title: id, details: {} };
      lines.push(
        step("node_retried", (at += 0.01), id, { ...run, delay_s: 1, error }),
        step("node_started", (at += 0.01), id, { ...run, attempt: 2 }),
      );
    }
    for (let piece = 0; piece < pieces; piece += 1) {
      lines.push(step("node_delta", (at += 0.001), id, { ...run, text: `w${piece} ` }));
      lines.push({ type: "answer_delta", at, text: `w${piece} `, selector: [id, "text"] } as Line);
    }
    lines.push(
      step("node_finished", (at += 0.01), id, {
        ...run,
        status: "succeeded",
        outputs: { text: "done" },
        usage: { total_tokens: 3, cost_usd: 0.1 },
        elapsed_s: 0.1,
      }),
    );
  }
  return numbered([...lines, ends(at + 0.01)]);
}

describe("a tape", () => {
  const log = longLog(60, 8);
  const whole = (index: number) => foldEvents(EMPTY_RUN, log.slice(0, index));

  it("is at each instant what folding all events until then gives, whichever way it is played", () => {
    const tape = new Tape();
    tape.load(log);
    expect(log.length).toBeGreaterThan(1000);
    const order = [1, 2, 199, 200, 201, 640, 400, 399, 639, log.length, 3, 0, log.length - 1];
    for (let jump = 0; jump < 120; jump += 1) order.push((jump * 379) % (log.length + 1));
    for (const index of order) expect(tape.at(index)).toEqual(whole(index));
  });

  it("is the same when the log came in pieces", () => {
    const tape = new Tape();
    for (let until = 150; until < log.length + 150; until += 150) {
      tape.load(log.slice(0, until));
      expect(tape.at(Math.min(until, log.length))).toEqual(whole(until));
    }
    expect(tape.at(170)).toEqual(whole(170));
  });

  it("keeps what two instants have in common as the same objects, so that only other cards are drawn", () => {
    const tape = new Tape();
    tape.load(log);
    const later = tape.at(395);
    const earlier = tape.at(390);
    const untouched = Object.keys(earlier.nodes).filter((id) => earlier.nodes[id] === later.nodes[id]);
    expect(untouched.length).toBeGreaterThan(Object.keys(earlier.nodes).length - 3);
    expect(earlier.trace.filter((one, at) => one !== later.trace[at]).length).toBeLessThan(3);
  });

  it("reaches any of 5,000 events by folding few", () => {
    const tape = new Tape();
    const big = longLog(250, 9);
    expect(big.length).toBeGreaterThan(5000);
    tape.load(big);
    tape.at(big.length - 1);
    const read = vi.fn();
    const counted = big.map((event) => new Proxy(event, { get: (target, key) => (key === "type" && read(), Reflect.get(target, key)) }));
    const other = new Tape();
    other.load(counted);
    other.at(counted.length - 1);
    read.mockClear();
    for (const index of [4321, 17, 2500]) other.at(index);
    expect(read.mock.calls.length).toBeLessThan(3 * 200 + 1);
  });

  it("draws a wait short, says how long it was, and does not count it", () => {
    const tape = new Tape();
    tape.load(
      numbered([
        begins,
        step("node_started", 100, "a"),
        step("node_finished", 102, "a", { status: "succeeded" }),
        step("human_input_required", 102, "ask"),
        { type: "run_paused", at: 102, reasons: [], elapsed_s: 2 },
        { type: "run_started", at: 7302, inputs: {}, reason: "resumption" },
        step("node_started", 7302, "b"),
        step("node_finished", 7304, "b", { status: "failed" }),
        ends(7304),
      ]),
    );
    expect(tape.seconds).toBe(4);
    expect(tape.waits).toHaveLength(1);
    const [wait] = tape.waits;
    expect(wait).toMatchObject({ seconds: 7200, from: 2 });
    expect(tape.width).toBeCloseTo(4 + (wait!.to - wait!.from));
    expect(wait!.to - wait!.from).toBeLessThan(1);
    expect(tape.secondsAt((wait!.from + wait!.to) / 2)).toBe(2);
    expect(tape.waitAt((wait!.from + wait!.to) / 2)).toBe(wait);
    expect(tape.marks.map((mark) => mark.kind)).toEqual(["start", "start", "failure"]);
  });

  it("stops the clocks of what is at work", () => {
    const tape = new Tape();
    tape.load(numbered([begins, step("node_started", 101, "a"), step("node_delta", 102, "a", { text: "x" }), ends(105)]));
    const run = tape.still(2, 1.5);
    expect(run.elapsedS).toBeCloseTo(1.5);
    expect(run.nodes.a).toMatchObject({ state: "running", elapsedS: 0.5 });
    expect(run.trace[0]).toMatchObject({ elapsedS: 0.5 });
    expect(tape.at(2).nodes.a!.elapsedS).toBeNull();
  });

  it("says when only the ends of steps are left", () => {
    const tape = new Tape();
    tape.load(numbered([begins, step("node_finished", 101, "a", { status: "succeeded" }), ends(102)]));
    expect(tape.coarse).toBe(true);
    tape.load(longLog(2, 1));
    expect(tape.coarse).toBe(false);
  });
});

describe("a replay", () => {
  const log = numbered([
    begins,
    step("node_started", 100, "a"),
    step("node_delta", 100.5, "a", { text: "one" }),
    step("node_finished", 101, "a", { status: "succeeded" }),
    step("node_started", 101, "b"),
    step("node_finished", 103, "b", { status: "failed" }),
    ends(103),
  ]);
  let frames: FrameRequestCallback[] = [];
  let now = 0;
  beforeEach(() => {
    frames = [];
    now = 0;
    vi.stubGlobal("requestAnimationFrame", (call: FrameRequestCallback) => frames.push(call));
    vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
    vi.spyOn(performance, "now").mockImplementation(() => now);
    return () => (vi.unstubAllGlobals(), vi.restoreAllMocks());
  });
  const pass = (seconds: number) => {
    now += seconds * 1000;
    const [frame] = frames.splice(0);
    frame?.(now);
  };

  it("steps by what steps did, also through events of the same moment", () => {
    const replay = createReplay(log);
    const seen: (number | undefined)[] = [];
    for (let press = 0; press < 7; press += 1) {
      replay.step(-1);
      seen.push(replay.getState().place?.index);
    }
    expect(seen).toEqual([6, 5, 4, 2, 1, 1, 1]);
    replay.step(1);
    replay.step(1, true);
    expect(replay.getState().place?.index).toBe(3);
    expect(replay.getState().shown?.nodes.a).toMatchObject({ state: "running", preview: "one" });
  });

  it("plays from the beginning at its speed and ends at the end", () => {
    const replay = createReplay(log);
    replay.setSpeed(2);
    replay.toggle();
    pass(0.25);
    expect(replay.getState().place).toEqual({ index: 3, x: 0.5 });
    pass(0.25);
    expect(replay.getState().place).toEqual({ index: 5, x: 1 });
    expect(replay.getState().shown?.nodes.b).toMatchObject({ state: "running" });
    pass(5);
    expect(replay.getState()).toMatchObject({ place: null, shown: null, playing: false });
  });

  it("stays where it is while the log grows, and follows again once it is taken to the end", () => {
    const replay = createReplay(log.slice(0, 4));
    replay.seek(0.6);
    replay.load(log);
    expect(replay.getState()).toMatchObject({ place: { index: 3, x: 0.6 }, length: 7 });
    replay.seek(99);
    expect(replay.getState().place).toBeNull();
  });

  it("finds the instant of a link", () => {
    const replay = createReplay(log);
    replay.seekSeq(5);
    expect(replay.getState().place).toEqual({ index: 5, x: 1 });
  });
});
