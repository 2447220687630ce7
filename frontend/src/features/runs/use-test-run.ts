import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, ApiError, workspacePath } from "@/api/client";
import type { NewPartRun, NewRun, PartRun, Problem, Run } from "@/api/types";
import { isOver } from "@/features/canvas/run-reducer";
import { type EditorState, useEditor, useEditorActions, useEditorStore } from "@/features/canvas/store";
import { useLatest } from "@/lib/use-latest";
import { lastQuestion, readChat } from "./chat-session";
import { checkValues, fieldsOf, type FormValues, initialValues, type InputError, type InputField, toInputs } from "./input-fields";
import { stopsOf, useParts } from "./run-parts";
import { keepInputs, readInputs } from "./test-inputs";

const selectRows = (state: EditorState) => state.document.graph.nodes.find((node) => node.data.type === "start")?.data.variables;

/** Why a run did not start. `unsaved`: the draft could not be saved first. */
export type StartFailure = { kind: "unsaved" } | { kind: "no_message" } | { kind: "refused"; error: unknown; problems: number };

export interface TestRun {
  fields: InputField[];
  values: FormValues;
  query: string;
  errors: Record<string, InputError>;
  failure: StartFailure | null;
  starting: boolean;
  running: boolean;
  setValue(name: string, value: unknown): void;
  setValues(values: FormValues): void;
  setQuery(query: string): void;
  /** Null when nothing was started. */
  start(more?: { query?: string; conversationId?: string | null; stepping?: boolean }): Promise<Run | null>;
  /** Run from the start up to this node, with the inputs of the form. */
  startTo(nodeId: string): Promise<Run | null>;
  stop(): Promise<void>;
  ready(): boolean;
  dismiss(): void;
}

/** The state of the test form, and what starts and stops a run of the draft. */
export function useTestRun(): TestRun {
  const store = useEditorStore();
  const actions = useEditorActions();
  const rows = useEditor(selectRows);
  const running = useEditor((state) => state.activeRunId !== null && !isOver(state.run));
  const { appId, workspaceId, mode, sample } = store.getState();
  const chat = mode !== "workflow";
  const fields = useMemo(() => fieldsOf(rows), [rows]);
  const [typed, setTyped] = useState<FormValues>(() => ({ ...sample?.inputs, ...readInputs(appId)?.values }));
  const [query, setQueryState] = useState(() => (chat ? readInputs(appId)?.query || sample?.query || "" : ""));
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<Record<string, InputError>>({});
  const [failure, setFailure] = useState<StartFailure | null>(null);
  const [starting, setStarting] = useState(false);
  // Two presses before the first answer are one run.
  const busy = useRef(false);
  const values = useMemo(() => initialValues(fields, typed), [fields, typed]);
  const found = useMemo(() => checkValues(fields, values), [fields, values]);
  const latest = useLatest({ values, query, found, fields });

  useEffect(() => keepInputs(appId, { values: typed, query }), [appId, typed, query]);

  const refuse = useCallback(
    (error: unknown) => {
      const problems = error instanceof ApiError && Array.isArray(error.details.problems) ? (error.details.problems as Problem[]) : [];
      if (problems.length) actions.setProblems(problems);
      const field =
        error instanceof ApiError && error.code === "invalid_input" ? String(error.details.field ?? "").replace(/^inputs\./, "") : "";
      if (field && latest.current.fields.some((one) => one.name === field)) {
        return setRefused({ [field]: { code: "server", params: { message: (error as ApiError).message } } });
      }
      setFailure({ kind: "refused", error, problems: problems.filter((problem) => problem.severity === "error").length });
    },
    [actions, latest],
  );

  /** Check the form, save the draft and send; a refusal is told in the form. */
  const submit = useCallback(
    async (asked: string, send: (inputs: Record<string, unknown>) => Promise<Run>): Promise<Run | null> => {
      const now = latest.current;
      setTried(true);
      setRefused({});
      setFailure(null);
      if (busy.current || Object.keys(now.found).length > 0 || (chat && !asked.trim())) return null;
      busy.current = true;
      setStarting(true);
      try {
        if (!(await store.getState().saveNow())) {
          setFailure({ kind: "unsaved" });
          return null;
        }
        const run = await send(toInputs(now.fields, now.values));
        actions.setRun(run.id);
        return run;
      } catch (error) {
        refuse(error);
        return null;
      } finally {
        busy.current = false;
        setStarting(false);
      }
    },
    [actions, chat, latest, refuse, store],
  );

  const start = useCallback<TestRun["start"]>(
    (more) => {
      const asked = more?.query ?? latest.current.query;
      return submit(asked, (inputs) => {
        const body: NewRun = {
          inputs,
          ...stopsOf(store.getState(), more?.stepping),
          ...(chat ? { query: asked, ...(more?.conversationId ? { conversation_id: more.conversationId } : {}) } : {}),
        };
        return api.post<Run>(workspacePath(workspaceId, `/apps/${appId}/runs`), body);
      });
    },
    [appId, chat, latest, store, submit, workspaceId],
  );

  const startTo = useCallback<TestRun["startTo"]>(
    async (nodeId) => {
      const asked = latest.current.query.trim() || lastQuestion(readChat(appId));
      if (chat && !asked) {
        setFailure({ kind: "no_message" });
        return null;
      }
      return submit(asked, async (inputs) => {
        const body: NewPartRun = { kind: "to", node_id: nodeId, inputs, ...stopsOf(store.getState()), ...(chat ? { query: asked } : {}) };
        const started = await api.post<PartRun>(workspacePath(workspaceId, `/apps/${appId}/partial-runs`), body);
        useParts.setState({ started });
        return started.run;
      });
    },
    [appId, chat, latest, store, submit, workspaceId],
  );

  const stop = useCallback(async () => {
    const runId = store.getState().activeRunId;
    if (!runId) return;
    try {
      await api.post(workspacePath(workspaceId, `/runs/${runId}/stop`));
    } catch (error) {
      setFailure({ kind: "refused", error, problems: 0 });
    }
  }, [store, workspaceId]);

  return {
    fields,
    values,
    query,
    errors: tried ? { ...found, ...refused } : refused,
    failure,
    starting,
    running,
    setValue: (name, value) => {
      setTyped((before) => ({ ...before, [name]: value }));
      setRefused({});
    },
    setValues: setTyped,
    setQuery: setQueryState,
    start,
    startTo,
    stop,
    ready: useCallback(() => {
      const now = latest.current;
      const filled = Object.keys(now.found).length === 0 && (!chat || now.query.trim() !== "");
      if (!filled) setTried(true);
      return filled;
    }, [chat, latest]),
    dismiss: () => setFailure(null),
  };
}
