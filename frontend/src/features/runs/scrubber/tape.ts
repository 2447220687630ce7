import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type NodeRunView, type RunView, type StepView } from "@/features/canvas/run-reducer";

/** A folded run is kept after every so many events, so that no instant is more than these away. */
const STRIDE = 200;

/** A stretch in which the run stood still: it waited for people, or for a worker. Drawn much shorter than it was. */
export interface Wait {
  /** How many events came before it. */
  index: number;
  seconds: number;
  from: number;
  to: number;
}

/** Where on the track something happened; `x` in drawn seconds. */
export interface Mark {
  kind: "start" | "failure";
  x: number;
}

/** The events that stepping stops at. */
const STOPS: ReadonlySet<RunEvent["type"]> = new Set([
  "run_started",
  "node_started",
  "node_retried",
  "node_finished",
  "node_kept",
  "human_input_required",
  "human_input_form_filled",
  "human_input_form_timeout",
  "run_paused",
  "run_finished",
]);

const FAILED: ReadonlySet<unknown> = new Set(["failed", "exception"]);
/** The waits of a run take at most this share of its track together, and each at most that. */
const WAITS_SHARE = 0.3;
const WAIT_SHARE = 0.06;
/** A wait shorter than this is drawn as long as it was. */
const SHORT_WAIT_S = 1;

/**
 * The log of a run as something to play. An instant is a number of events: after the first comes 1.
 * Two clocks run along: `seconds` counts the time in which the run did something, `x` is that with each wait
 * in it drawn as a short stretch.
 */
export class Tape {
  private events: readonly RunEvent[] = [];
  private folds: RunView[] = [EMPTY_RUN];
  private last = { index: 0, run: EMPTY_RUN };
  /** Of each event, in seconds since the first. */
  private active: number[] = [];
  private drawn: number[] = [];
  private pauses: { index: number; seconds: number }[] = [];
  private stops: number[] = [];
  waits: readonly Wait[] = [];
  marks: readonly Mark[] = [];

  /** Takes the whole log as it is now; a log only grows. */
  load(events: readonly RunEvent[]): void {
    if (events === this.events) return;
    const known = this.events.length;
    if (events.length < known || events[0]?.seq !== this.events[0]?.seq) {
      this.events = [];
      Object.assign(this, { folds: [EMPTY_RUN], last: { index: 0, run: EMPTY_RUN }, active: [], pauses: [], stops: [] });
    }
    for (let at = this.events.length; at < events.length; at += 1) this.time(events, at);
    this.events = events;
    this.draw();
  }

  /** Takes a run that was folded elsewhere from the whole log, so that what it shows and what an instant shows are the same objects. */
  adopt(run: RunView): void {
    if (this.length > 0 && run.lastSeq === this.events.at(-1)!.seq) this.last = { index: this.length, run };
  }

  get length(): number {
    return this.events.length;
  }

  /** How long the run was at work. */
  get seconds(): number {
    return this.active.at(-1) ?? 0;
  }

  /** How long its track is. */
  get width(): number {
    return this.drawn.at(-1) ?? 0;
  }

  /** Whether the log tells when each step began; what is left of an old run tells only of the ends. */
  get coarse(): boolean {
    return (
      !this.events.some(({ type }) => type === "node_started" || type === "node_kept") &&
      this.events.some(({ type }) => type === "node_finished")
    );
  }

  event(index: number): RunEvent | undefined {
    return this.events[index - 1];
  }

  xOf(index: number): number {
    return this.drawn[index - 1] ?? 0;
  }

  /** The instant at a place on the track: all that had happened by then. */
  indexAt(x: number): number {
    return above(this.drawn, x);
  }

  /** The instant behind the event with this `seq`. */
  indexOfSeq(seq: number): number {
    return above(
      this.events.map((event) => event.seq),
      seq,
    );
  }

  /** How long the run had been at work at a place on the track. */
  secondsAt(x: number): number {
    const index = this.indexAt(x);
    if (index === 0) return 0;
    const next = this.active[index] ?? this.seconds;
    return Math.min(next, this.active[index - 1]! + Math.max(0, x - this.drawn[index - 1]!));
  }

  waitAt(x: number): Wait | undefined {
    return this.waits.find((wait) => x >= wait.from && x < wait.to);
  }

  /** The next instant behind (1) or before (-1) this one at which a step or the run did something. */
  stop(index: number, way: 1 | -1): number {
    if (way === 1) return this.stops.find((stop) => stop > index) ?? this.length;
    return this.stops.findLast((stop) => stop < index) ?? Math.min(1, this.length);
  }

  /** The run as it was after its first `index` events. What did not change since the last instant asked for is the same object. */
  at(index: number): RunView {
    const until = Math.max(0, Math.min(index, this.length));
    const { last } = this;
    if (until === last.index) return last.run;
    const base = Math.floor(until / STRIDE);
    while (this.folds.length <= base) {
      const from = (this.folds.length - 1) * STRIDE;
      this.folds.push(foldEvents(this.folds.at(-1)!, this.events.slice(from, from + STRIDE)));
    }
    const near = last.index < until && last.index >= base * STRIDE ? last : { index: base * STRIDE, run: this.folds[base]! };
    const run = keepSame(last.run, foldEvents(near.run, this.events.slice(near.index, until)));
    this.last = { index: until, run };
    return run;
  }

  /** The same with the clocks of what is at work stopped where the place on the track is. */
  still(index: number, x: number): RunView {
    const run = this.at(index);
    if (isOver(run) || index === 0) return run;
    const now = (this.events[index - 1]?.at ?? 0) + (this.waitAt(x) ? 0 : Math.max(0, x - this.xOf(index)));
    return { ...run, elapsedS: this.secondsAt(x), nodes: stopClocks(run.nodes, now), trace: run.trace.map((step) => stopClock(step, now)) };
  }

  private time(events: readonly RunEvent[], at: number): void {
    const event = events[at]!;
    const before = events[at - 1];
    const gap = before ? Math.max(0, event.at - before.at) : 0;
    const waited = gap > SHORT_WAIT_S && (before?.type === "run_paused" || (event.type === "run_started" && event.reason === "resumption"));
    if (waited) this.pauses.push({ index: at, seconds: gap });
    this.active.push((this.active[at - 1] ?? 0) + (waited ? 0 : gap));
    if (STOPS.has(event.type)) this.stops.push(at + 1);
  }

  private draw(): void {
    const each = Math.min(WAIT_SHARE, WAITS_SHARE / Math.max(1, this.pauses.length)) * (this.seconds || 1);
    const waits: Wait[] = [];
    this.drawn = this.active.map((seconds, at) => {
      const pause = this.pauses[waits.length];
      if (pause?.index === at) {
        const from = seconds + waits.length * each;
        waits.push({ ...pause, from, to: from + each });
      }
      return seconds + waits.length * each;
    });
    this.waits = waits;
    this.marks = this.events.flatMap((event, at): Mark[] => {
      const x = this.drawn[at]!;
      if (event.type === "node_started") return [{ kind: "start", x }];
      return (event.type === "node_finished" && FAILED.has(event.status)) || event.type === "node_retried" ? [{ kind: "failure", x }] : [];
    });
  }
}

/** How many of these rising numbers are at most `value`. */
function above(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keepSame(before: RunView, now: RunView): RunView {
  for (const [id, node] of Object.entries(now.nodes)) {
    const known = before.nodes[id];
    if (known && known !== node && same(known, node)) now.nodes[id] = known;
  }
  for (const [at, step] of now.trace.entries()) {
    const known = before.trace[at];
    if (known && known !== step && same(known, step)) now.trace[at] = known;
  }
  return now;
}

/** Alike as far as folding makes new objects: what events bring along is the same object each time. */
function same(a: object, b: object, depth = 2): boolean {
  const entries = Object.entries(a);
  if (entries.length !== Object.keys(b).length) return false;
  return entries.every(([key, value]) => {
    const other = (b as Record<string, unknown>)[key];
    return value === other || (depth > 0 && isObject(value) && isObject(other) && same(value, other, depth - 1));
  });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function stopClocks(nodes: RunView["nodes"], now: number): RunView["nodes"] {
  const entries = Object.entries(nodes).map(([id, node]): [string, NodeRunView] => [id, stopClock(node, now)]);
  return Object.fromEntries(entries);
}

function stopClock<T extends NodeRunView | StepView>(one: T, now: number): T {
  if ((one.state !== "running" && one.state !== "retrying") || one.elapsedS !== null || one.startedAt === null) return one;
  return { ...one, elapsedS: Math.max(0, now - one.startedAt) };
}
