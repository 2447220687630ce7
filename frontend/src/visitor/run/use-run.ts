import { useCallback, useEffect, useRef, useState } from "react";
import { newTurn, type Turn } from "../chat/turns";
import type { Host } from "../host";
import { kept, type Session } from "../session";
import { useTexts } from "../texts";
import { errorWords } from "../words";
import { follow, type LiveRun, type RunKind } from "./run-api";

/** One run at a time; one that was under way when the page was left is followed again. */
export function useRun(session: Session, kind: RunKind, host: Host) {
  const { t } = useTexts();
  const [turn, setTurn] = useState<Turn | null>(null);
  const [broken, setBroken] = useState(false);
  const live = useRef<LiveRun | null>(null);
  const key = session.storageKey("run");

  const begin = useCallback(
    (how: { inputs: Record<string, unknown> } | { runId: string }) => {
      live.current?.leave();
      setTurn(newTurn("run", "", []));
      const run = follow(session, kind, how, {
        onChange: (next) => {
          if (live.current !== run) return;
          if (next.runId) kept.write(key, next.runId);
          setTurn(next);
        },
        onBroken: setBroken,
      });
      live.current = run;
      const over = () => {
        if (live.current !== run) return false;
        kept.write(key, null);
        setBroken(false);
        return true;
      };
      run.done.then(
        () => over() && host.news(),
        (error: unknown) => {
          if (error instanceof DOMException || !over()) return;
          if ("runId" in how) setTurn(null);
          else setTurn((before) => before && { ...before, status: "failed", error: errorWords(error, t) });
        },
      );
    },
    [session, kind, key, host, t],
  );

  useEffect(() => {
    const before = kept.read(key);
    if (before && !live.current) begin({ runId: before });
  }, [key, begin]);
  useEffect(() => () => live.current?.leave(), []);

  const stop = () => void live.current?.stop().catch(() => undefined);
  return { turn, broken, start: (inputs: Record<string, unknown>) => begin({ inputs }), stop };
}
