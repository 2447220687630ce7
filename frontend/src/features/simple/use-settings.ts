import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, Draft, FlowDocument, Problem } from "@/api/types";
import { saveDraft } from "@/features/canvas/data";
import { useLatest } from "@/lib/use-latest";
import { useWorkspace } from "@/lib/use-workspace";
import { type Settings, settingsOf } from "./settings";

const DELAY_MS = 800;
export type SaveState = "saved" | "saving" | "failed" | "conflict";

export interface EditedSettings {
  settings: Settings;
  problems: Problem[];
  state: SaveState;
  error: unknown;
  change(settings: Settings): void;
  /** Save now what is unsaved; true when nothing is left. */
  flush(): Promise<boolean>;
  takeTheirs(): void;
  keepMine(): void;
}

/** The settings being edited, saved a moment after each change. A draft that somebody else saved meanwhile stops the saving. */
export function useSettings(app: App, draft: Draft): EditedSettings {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [settings, setSettings] = useState<Settings>(() => settingsOf(draft.document));
  const [problems, setProblems] = useState(draft.problems);
  const [state, setState] = useState<SaveState>("saved");
  const [error, setError] = useState<unknown>(null);
  const stored = useRef({ document: draft.document, revision: draft.revision, settings });
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
      setState("saved");
      setError(null);
      return true;
    } catch (failure) {
      const conflict = failure instanceof ApiError && failure.code === "draft_conflict";
      if (conflict) theirs.current = failure.details as unknown as Draft;
      setState(conflict ? "conflict" : "failed");
      setError(failure);
      return false;
    }
  }, [app.id, latest, workspaceId]);
  const flush = useCallback(() => {
    queue.current = queue.current.then(save, save);
    return queue.current;
  }, [save]);

  useEffect(() => {
    if (settings === stored.current.settings) return;
    const timer = setTimeout(() => void flush(), DELAY_MS);
    return () => clearTimeout(timer);
  }, [settings, flush]);
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
    change: setSettings,
    flush,
    takeTheirs: () => {
      const other = theirs.current;
      if (!other) return;
      const taken = settingsOf(other.document);
      stored.current = { document: other.document, revision: other.revision, settings: taken };
      theirs.current = null;
      setSettings(taken);
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
