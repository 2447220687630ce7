import { useCallback, useMemo, useState } from "react";
import { api } from "@/api/client";
import type { Id, NewRun, Run, RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";
import { isOver } from "@/features/canvas/run-reducer";
import { checkValues, type FormValues, initialValues, type InputError, type InputField, toInputs } from "@/features/runs/input-fields";
import { useWorkspace } from "@/lib/use-workspace";
import { inputFields, isOn, type Settings } from "./settings";

export interface Try {
  fields: InputField[];
  values: FormValues;
  errors: Record<string, InputError>;
  error: unknown;
  runId: Id | null;
  view: RunView | null;
  /** The passages that the answer rests on, where the app names its sources. */
  sources: readonly unknown[];
  busy: boolean;
  setValue(name: string, value: unknown): void;
  setView(view: RunView, events: readonly RunEvent[]): void;
  /** Save and run the draft; null when nothing was started. */
  start(more?: { query?: string; conversationId?: string | null; files?: Record<string, unknown>[] }): Promise<Run | null>;
  stop(): Promise<void>;
}

/** Trying the app out with the settings as they are now. */
export function useTry(appId: Id, settings: Settings, flush: () => Promise<boolean>): Try {
  const workspace = useWorkspace();
  const fields = useMemo(() => inputFields(settings), [settings]);
  const [typed, setTyped] = useState<FormValues>({});
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [runId, setRunId] = useState<Id | null>(null);
  const [view, setView] = useState<RunView | null>(null);
  const [sources, setSources] = useState<readonly unknown[]>([]);
  const [starting, setStarting] = useState(false);
  const values = useMemo(() => initialValues(fields, typed), [fields, typed]);
  const errors = checkValues(fields, values);
  const running = runId !== null && (view === null || !isOver(view));

  const cites = isOn(settings.retriever_resource);
  const follow = useCallback(
    (next: RunView, events: readonly RunEvent[]) => {
      setView(next);
      const found = events.findLast((event) => event.type === "run_finished")?.resources;
      setSources(cites && Array.isArray(found) ? found : []);
    },
    [cites],
  );

  const start: Try["start"] = async (more) => {
    setTried(true);
    setError(null);
    if (starting || running || Object.keys(errors).length > 0) return null;
    setStarting(true);
    try {
      if (!(await flush())) return null;
      const conversation = more?.conversationId ? { conversation_id: more.conversationId } : {};
      const body: NewRun = { inputs: toInputs(fields, values), query: more?.query ?? "", files: more?.files ?? [], ...conversation };
      const run = await api.post<Run>(workspace.path(`/apps/${appId}/runs`), body);
      setView(null);
      setSources([]);
      setRunId(run.id);
      return run;
    } catch (failure) {
      setError(failure);
      return null;
    } finally {
      setStarting(false);
    }
  };
  const stop = async () => {
    if (!runId) return;
    try {
      await api.post(workspace.path(`/runs/${runId}/stop`));
    } catch (failure) {
      setError(failure);
    }
  };
  return {
    fields,
    values,
    errors: tried ? errors : {},
    error,
    runId,
    view,
    busy: starting || running,
    setValue: (name, value) => setTyped((before) => ({ ...before, [name]: value })),
    sources,
    setView: follow,
    start,
    stop,
  };
}
