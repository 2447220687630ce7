import { useEffect, useState } from "react";
import type { RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";
import { useLatest } from "@/lib/use-latest";
import { createReplay, type Replay } from "./replay";

/** Moving the handle changes the address only when it has come to rest. */
const REST_MS = 400;

/** Plays a log that may still grow. `seq`: where to begin. `onRest` is told where the handle comes to rest; undefined at the end. */
export function useReplay(
  events: readonly RunEvent[],
  run: RunView,
  seq: number | undefined,
  onRest: (seq: number | undefined) => void,
): Replay {
  const [replay] = useState(() => {
    const created = createReplay(events);
    if (seq !== undefined && events.length > 0) created.seekSeq(seq);
    return created;
  });
  const rest = useLatest(onRest);
  useEffect(() => replay.load(events, run), [replay, events, run]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = replay.subscribe((state, before) => {
      if (state.place?.index === before.place?.index && state.playing === before.playing) return;
      clearTimeout(timer);
      if (!state.playing)
        timer = setTimeout(() => rest.current(state.place ? replay.tape.event(state.place.index)?.seq : undefined), REST_MS);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
      replay.stop();
    };
  }, [replay, rest]);
  return replay;
}
