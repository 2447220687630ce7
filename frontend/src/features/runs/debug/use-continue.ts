import { useCallback, useRef, useState } from "react";
import { api, ApiError, workspacePath } from "@/api/client";
import type { ContinueRun, Id } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";

export interface Debugging {
  /** It stands before steps, and nobody has told it to go on yet. */
  standing: boolean;
  busy: boolean;
  error: unknown;
  goOn(): void;
  step(): void;
  stop(): void;
}

interface Options {
  workspaceId: Id;
  runId: Id;
  run: RunView;
  /** The marks that count from now on; those the run has, where this is left out. */
  breakpoints?: () => readonly string[];
}

/** Let a run that stands at a breakpoint go on. Of several presses before it moves one counts. */
export function useContinue({ workspaceId, runId, run, breakpoints }: Options): Debugging {
  const [told, setTold] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const { stops } = run;
  const held = run.held.length > 0;
  const busy = held && told === stops;
  // Two presses within one frame are one.
  const latest = useRef(0);
  const send = useCallback(
    async (mode: ContinueRun["mode"]) => {
      if (!held || latest.current === stops) return;
      latest.current = stops;
      setTold(stops);
      setError(null);
      try {
        const body: ContinueRun = { mode, ...(breakpoints ? { breakpoints: [...breakpoints()] } : {}) };
        await api.post(workspacePath(workspaceId, `/runs/${runId}/continue`), body);
      } catch (cause) {
        // Somebody else let it go on: its events tell the rest.
        if (cause instanceof ApiError && cause.code === "run_not_held") return;
        latest.current = 0;
        setTold(0);
        setError(cause);
      }
    },
    [breakpoints, held, runId, stops, workspaceId],
  );
  const stop = useCallback(async () => {
    try {
      await api.post(workspacePath(workspaceId, `/runs/${runId}/stop`));
    } catch (cause) {
      setError(cause);
    }
  }, [runId, workspaceId]);
  return {
    standing: held && !busy,
    busy,
    error,
    goOn: () => void send("go_on"),
    step: () => void send("step"),
    stop: () => void stop(),
  };
}
