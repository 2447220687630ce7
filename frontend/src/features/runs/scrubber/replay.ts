import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";
import { Tape } from "./tape";

export const SPEEDS = [1, 2, 5, 10] as const;

/** An instant, and where the handle stands: between two events while it plays. */
export interface Place {
  index: number;
  x: number;
}

export interface ReplayState {
  /** Null: at the end, and going along with it. */
  place: Place | null;
  /** The run at that instant; null at the end. */
  shown: RunView | null;
  playing: boolean;
  speed: number;
  /** Counts up as the log grows. */
  length: number;
}

export interface Replay extends StoreApi<ReplayState> {
  readonly tape: Tape;
  /** Takes the log as it is now, and the run that is folded from it. */
  load(events: readonly RunEvent[], run?: RunView): void;
  /** To a place on the track; at its end the run goes on being followed. */
  seek(x: number): void;
  /** To the event with this `seq`. */
  seekSeq(seq: number): void;
  /** To the next or the previous instant at which a step did something; `every`: to the very next event. */
  step(way: 1 | -1, every?: boolean): void;
  toEnd(): void;
  /** Plays from where it stands, from the beginning if that is the end; or pauses. */
  toggle(): void;
  setSpeed(speed: number): void;
  stop(): void;
}

/** Clocks of running steps move this often a second while it plays. */
const TICKS = 4;

/** Plays the log of one run. What is at work between two frames lives here, so that a page draws only what changed. */
export function createReplay(events: readonly RunEvent[] = []): Replay {
  const tape = new Tape();
  const store = createStore<ReplayState>(() => ({ place: null, shown: null, playing: false, speed: 1, length: 0 }));
  const { getState: get, setState: set } = store;
  let frame = 0;
  let before = 0;

  const stop = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    if (get().playing) set({ playing: false });
  };

  const put = (place: Place | null): void => {
    if (!place || place.index >= tape.length) return set({ place: null, shown: null });
    const { place: old, shown } = get();
    const same = shown && old?.index === place.index && Math.floor(old.x * TICKS) === Math.floor(place.x * TICKS);
    set({ place, shown: same ? shown : tape.still(place.index, place.x) });
  };

  const tick = (now: number): void => {
    const { place, speed } = get();
    const x = (place?.x ?? 0) + (Math.max(0, now - before) / 1000) * speed;
    before = now;
    // Events of the same moment are shown one after the other only when stepping.
    put({ index: Math.max(place?.index ?? 0, tape.indexAt(x)), x });
    if (get().place === null) return stop();
    frame = requestAnimationFrame(tick);
  };

  const replay: Replay = Object.assign(store, {
    tape,
    load(all: readonly RunEvent[], run?: RunView) {
      tape.load(all);
      if (run && !get().place) tape.adopt(run);
      if (get().length !== tape.length) set({ length: tape.length });
    },
    seek(x: number) {
      stop();
      const inside = Math.max(0, x);
      put({ index: Math.max(1, tape.indexAt(inside)), x: inside });
    },
    seekSeq(seq: number) {
      stop();
      const index = Math.max(1, tape.indexOfSeq(seq));
      put({ index, x: tape.xOf(index) });
    },
    step(way: 1 | -1, every = false) {
      stop();
      const index = get().place?.index ?? tape.length;
      const next = every ? Math.max(1, index + way) : tape.stop(index, way);
      put({ index: next, x: tape.xOf(next) });
    },
    toEnd() {
      stop();
      put(null);
    },
    toggle() {
      if (get().playing) return stop();
      if (tape.length < 2) return;
      if (!get().place) put({ index: 1, x: 0 });
      set({ playing: true });
      before = performance.now();
      frame = requestAnimationFrame(tick);
    },
    setSpeed: (speed: number) => set({ speed }),
    stop,
  });
  replay.load(events);
  return replay;
}
