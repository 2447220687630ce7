import { useEffect, useRef, useState } from "react";
import type { FormValues } from "@/features/runs/input-fields";
import { bodyInputs, type PageField } from "../inputs/page-inputs";
import { CallError, type Session } from "../session";
import { useTexts } from "../texts";
import { errorWords } from "../words";
import { type BatchRow, outputsText } from "./batch-rows";
import { follow, type LiveRun, type RunKind } from "./run-api";

/** As many runs of a batch at a time: the app may allow no more at once. */
const AT_ONCE = 3;
const LONGEST_WAIT_S = 120;

/** How many seconds the server asks to wait when too much is under way; null for any other failure. */
export function waitOf(error: unknown): number | null {
  if (!(error instanceof CallError) || error.status !== 429) return null;
  const asked = Number(error.details.retry_after_s);
  return Number.isFinite(asked) && asked > 0 ? Math.min(asked, LONGEST_WAIT_S) : 5;
}

/** Runs the rows of a table, a few at a time. */
export function useBatch(session: Session, kind: RunKind, fields: readonly PageField[]) {
  const { t } = useTexts();
  const [rows, setRows] = useState<BatchRow[]>([]);
  const [running, setRunning] = useState(false);
  const live = useRef(new Set<LiveRun>());
  const stopped = useRef(false);

  const change = (index: number, next: Partial<BatchRow>) =>
    setRows((before) => before.map((row, i) => (i === index ? { ...row, ...next } : row)));

  const runRow = async (index: number, values: FormValues): Promise<void> => {
    change(index, { state: "running", result: "", outputs: null, error: "" });
    const run = follow(session, kind, { inputs: bodyInputs(fields, values) }, { onChange: () => undefined, onBroken: () => undefined });
    live.current.add(run);
    try {
      const end = await run.done;
      const result = kind === "workflow" ? outputsText(end.outputs) : end.answer;
      const state = end.status === "done" ? "succeeded" : end.status === "stopped" ? "stopped" : "failed";
      change(index, { state, result, outputs: end.outputs, error: end.status === "paused" ? t("form.waits") : (end.error ?? "") });
    } catch (error) {
      const wait = waitOf(error);
      if (wait !== null && !stopped.current) {
        change(index, { state: "waiting" });
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
        return stopped.current ? undefined : runRow(index, values);
      }
      change(index, { state: stopped.current ? "stopped" : "failed", error: error instanceof DOMException ? "" : errorWords(error, t) });
    } finally {
      live.current.delete(run);
    }
  };

  const runAll = async (indexes: number[], given: readonly BatchRow[]) => {
    stopped.current = false;
    setRunning(true);
    const left = [...indexes];
    const worker = async () => {
      for (let index = left.shift(); index !== undefined && !stopped.current; index = left.shift()) {
        await runRow(index, (given[index] as BatchRow).values);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    setRows((before) => before.map((row) => (row.state === "waiting" ? { ...row, state: "stopped" } : row)));
    setRunning(false);
  };

  const load = (values: FormValues[]) =>
    setRows(values.map((one) => ({ values: one, state: "waiting", result: "", outputs: null, error: "" })));
  const start = () => void runAll([...rows.keys()], rows);
  const retry = () => {
    const indexes = [...rows.keys()].filter((i) => rows[i]?.state === "failed" || rows[i]?.state === "stopped");
    setRows((before) => before.map((row, i) => (indexes.includes(i) ? { ...row, state: "waiting" } : row)));
    void runAll(indexes, rows);
  };
  const stop = () => {
    stopped.current = true;
    for (const run of live.current) void run.stop().catch(() => undefined);
  };

  useEffect(() => {
    if (!running) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [running]);
  return { rows, running, load, start, retry, stop };
}
