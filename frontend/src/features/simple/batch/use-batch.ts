import { useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { type FormValues, type InputField, toInputs } from "@/features/runs/input-fields";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";
import type { BatchRow } from "@/visitor/run/batch-rows";
import { type LiveRow, runToEnd } from "./run-to-end";

/** As many runs of a batch at a time: the installation may allow no more at once. */
const AT_ONCE = 3;
const LONGEST_WAIT_S = 120;

/** A row, and the run that answered it. */
export type Row = BatchRow & { runId: string | null };

function waitOf(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.status !== 429) return null;
  const asked = Number(error.details.retry_after_s);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, LONGEST_WAIT_S) : 5;
}

/** Runs the rows of a table with the draft, a few at a time. */
export function useBatch(appId: string, fields: readonly InputField[], flush: () => Promise<boolean>) {
  const workspace = useWorkspace();
  const words = useErrorText();
  const [rows, setRows] = useState<Row[]>([]);
  const [running, setRunning] = useState(false);
  const live = useRef(new Set<LiveRow>());
  const stopped = useRef(false);
  const change = (index: number, next: Partial<Row>) =>
    setRows((before) => before.map((row, at) => (at === index ? { ...row, ...next } : row)));

  const runRow = async (index: number, values: FormValues): Promise<void> => {
    change(index, { state: "running", result: "", error: "", runId: null });
    let run: LiveRow | null = null;
    try {
      run = await runToEnd(workspace.id, appId, { query: "", inputs: toInputs(fields, values), files: [] });
      live.current.add(run);
      change(index, { runId: run.id });
      if (stopped.current) await run.stop();
      const end = await run.done;
      const state = end.state === "failed" ? "failed" : end.state === "stopped" ? "stopped" : "succeeded";
      change(index, { state, result: end.answer, error: end.error?.message ?? "" });
    } catch (error) {
      const wait = waitOf(error);
      if (wait !== null && !stopped.current) {
        change(index, { state: "waiting" });
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
        return stopped.current ? undefined : runRow(index, values);
      }
      change(index, { state: stopped.current ? "stopped" : "failed", error: words(error) });
    } finally {
      if (run) live.current.delete(run);
    }
  };

  const runAll = async (indexes: number[]) => {
    stopped.current = false;
    setRunning(true);
    const left = (await flush()) ? [...indexes] : [];
    const worker = async () => {
      for (let index = left.shift(); index !== undefined && !stopped.current; index = left.shift()) {
        await runRow(index, (rows[index] as Row).values);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    setRows((before) => before.map((row) => (row.state === "waiting" && stopped.current ? { ...row, state: "stopped" } : row)));
    setRunning(false);
  };

  useEffect(() => {
    if (!running) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [running]);
  return {
    rows,
    running,
    load: (values: readonly FormValues[]) =>
      setRows(values.map((one) => ({ values: one, state: "waiting", result: "", outputs: null, error: "", runId: null }))),
    start: () => void runAll([...rows.keys()]),
    retry: () => void runAll([...rows.keys()].filter((at) => rows[at]?.state === "failed" || rows[at]?.state === "stopped")),
    stop: () => {
      stopped.current = true;
      for (const run of live.current) void run.stop().catch(() => undefined);
    },
  };
}
