import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, Draft, FlowDocument, Problem } from "@/api/types";
import { saveDraft } from "@/features/canvas/data";
import { useLatest } from "@/lib/use-latest";
import { useWorkspace } from "@/lib/use-workspace";
import { changeTo, historyOf, redo, undo } from "./history";
import { forget, keep, readKept } from "./kept-settings";
import { type Settings, settingsOf } from "./settings";

const DELAY_MS = 800;
const RETRY_MS = 5000;
export type SaveState = "saved" | "saving" | "offline" | "failed" | "conflict";

export interface EditedSettings {
  settings: Settings;
  problems: Problem[];
  state: SaveState;
  error: unknown;
  savedAt: Date | null;
  /** Settings that an earlier visit could not save, and that are now here again. */
  restored: boolean;
  canUndo: boolean;
  canRedo: boolean;
  change(settings: Settings): void;
  undo(): void;
  redo(): void;
  /** Save now what is unsaved; true when nothing is left. */
  flush(): Promise<boolean>;
  takeTheirs(): void;
  keepMine(): void;
}

/** What an earlier visit kept, if it was of the draft that is there now. */
function firstSettings(app: App, draft: Draft): { settings: Settings; restored: boolean } {
  const kept = readKept(app.id);
  const stored = settingsOf(draft.document);
  return kept && kept.revision === draft.revision ? { settings: kept.settings, restored: true } : { settings: stored, restored: false };
}

/**
 * The settings being edited, saved a moment after each change. Out of reach, they are kept on this device and tried again;
 * a draft that somebody else saved meanwhile stops the saving until a person has chosen.
 */
export function useSettings(app: App, draft: Draft): EditedSettings {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [first] = useState(() => firstSettings(app, draft));
  const [history, setHistory] = useState(() => historyOf(first.settings));
  const settings = history.now;
  const [problems, setProblems] = useState(draft.problems);
  const [state, setState] = useState<SaveState>("saved");
  const [savedAt, setSavedAt] = useState<Date | null>(() => new Date(draft.updated_at));
  const [error, setError] = useState<unknown>(null);
  const stored = useRef({
    document: draft.document,
    revision: draft.revision,
    settings: first.restored ? settingsOf(draft.document) : first.settings,
  });
  const theirs = useRef<Draft | null>(null);
  const queue = useRef<Promise<boolean>>(Promise.resolve(true));
  const latest = useLatest(settings);
  const { id: workspaceId } = workspace;

  const save = useCallback(async (): Promise<boolean> => {
    const sent = latest.current;
    if (sent === stored.current.settings) return true;
    if (theirs.current) return false;
    setState("saving");
    try {
      const document = { ...stored.current.document, model_config: sent } as FlowDocument;
      const saved = await saveDraft(workspaceId, app.id, { document, base_revision: stored.current.revision });
      stored.current = { document: saved.document, revision: saved.revision, settings: sent };
      setProblems(saved.problems);
      setSavedAt(new Date(saved.updated_at));
      setState("saved");
      setError(null);
      if (latest.current === sent) forget(app.id);
      void client.invalidateQueries({ queryKey: keys.app(workspaceId, app.id), exact: true });
      return true;
    } catch (failure) {
      keep(app.id, { settings: latest.current, revision: stored.current.revision });
      const told = failure instanceof ApiError ? failure : null;
      const conflict = told?.code === "draft_conflict";
      if (conflict) theirs.current = told.details as unknown as Draft;
      setState(conflict ? "conflict" : told?.status === 0 ? "offline" : "failed");
      setError(failure);
      return false;
    }
  }, [app.id, client, latest, workspaceId]);
  const flush = useCallback(() => {
    queue.current = queue.current.then(save, save);
    return queue.current;
  }, [save]);

  useEffect(() => {
    if (settings === stored.current.settings) return;
    const timer = setTimeout(() => void flush(), DELAY_MS);
    return () => clearTimeout(timer);
    // A save that ends may find the settings changed meanwhile, even back to what was stored before it.
  }, [settings, savedAt, flush]);
  useEffect(() => {
    if (state !== "offline") return;
    const again = () => void flush();
    const timer = setInterval(again, RETRY_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
    };
  }, [state, flush]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (latest.current !== stored.current.settings) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [latest]);
  // What was typed last is saved on the way out; what others show of this app is old then.
  useEffect(
    () => () => {
      void flush();
      void client.invalidateQueries({ queryKey: keys.apps(workspaceId) });
    },
    [client, flush, workspaceId],
  );

  return {
    settings,
    problems,
    state,
    error,
    savedAt,
    restored: first.restored && settings === first.settings,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: (next) => setHistory((before) => changeTo(before, next, Date.now())),
    undo: () => setHistory(undo),
    redo: () => setHistory(redo),
    flush,
    takeTheirs: () => {
      const other = theirs.current;
      if (!other) return;
      const taken = settingsOf(other.document);
      stored.current = { document: other.document, revision: other.revision, settings: taken };
      theirs.current = null;
      forget(app.id);
      setHistory((before) => changeTo(before, taken, 0));
      setState("saved");
      setError(null);
    },
    keepMine: () => {
      const other = theirs.current;
      if (!other) return;
      stored.current = { ...stored.current, document: other.document, revision: other.revision };
      theirs.current = null;
      void flush();
    },
  };
}
