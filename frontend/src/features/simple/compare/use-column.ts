import { useCallback, useState } from "react";
import { api } from "@/api/client";
import type { Id, NewRun, Run, RunEvent } from "@/api/types";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { answered, asked, type ChatSession, NEW_CHAT } from "@/features/runs/chat-session";
import { useWorkspace } from "@/lib/use-workspace";
import type { Settings } from "../settings";
import { type Figures, figuresOf } from "./figures";

/** What all columns are asked at once. */
export interface Asked {
  query: string;
  inputs: Record<string, unknown>;
  files: Record<string, unknown>[];
}

export interface Column {
  session: ChatSession;
  runId: Id | null;
  view: RunView | null;
  busy: boolean;
  error: unknown;
  /** Of each answer by its run. */
  figures: Readonly<Record<Id, Figures>>;
  follow(view: RunView, events: readonly RunEvent[]): void;
  ask(asked: Asked): Promise<void>;
  stop(): Promise<void>;
  restart(): void;
}

/** One variant at work: a conversation of its own, or one answer after the other. */
export function useColumn(appId: Id, settings: Settings, chats: boolean): Column {
  const workspace = useWorkspace();
  const [kept, setKept] = useState(NEW_CHAT);
  const [current, setCurrent] = useState<{ id: Id; askedAt: number } | null>(null);
  const [view, setView] = useState<RunView | null>(null);
  const [figures, setFigures] = useState<Record<Id, Figures>>({});
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const runId = current?.id ?? null;
  const cut = view?.state === "failed" || view?.state === "stopped";
  const session = runId && view ? answered(kept, runId, view.answer, cut) : kept;
  const busy = starting || (runId !== null && (view === null || !isOver(view)));

  const follow = useCallback(
    (next: RunView, events: readonly RunEvent[]) => {
      if (!current) return;
      setView(next);
      const told = figuresOf(next, events, current.askedAt);
      setFigures((before) => ({ ...before, [current.id]: told }));
    },
    [current],
  );
  const ask = async ({ query, inputs, files }: Asked) => {
    setStarting(true);
    setError(null);
    try {
      const conversation = chats && session.conversationId ? { conversation_id: session.conversationId } : {};
      const body: NewRun = { query, inputs, files, settings, ...conversation };
      const run = await api.post<Run>(workspace.path(`/apps/${appId}/runs`), body);
      setKept(asked(chats ? session : NEW_CHAT, query, run.id, run.conversation_id));
      setView(null);
      setCurrent({ id: run.id, askedAt: Date.parse(run.created_at) / 1000 });
    } catch (failure) {
      setError(failure);
    } finally {
      setStarting(false);
    }
  };
  const stop = async () => {
    if (!runId || !busy) return;
    try {
      await api.post(workspace.path(`/runs/${runId}/stop`));
    } catch (failure) {
      setError(failure);
    }
  };
  const restart = () => {
    setKept(NEW_CHAT);
    setCurrent(null);
    setView(null);
    setError(null);
  };
  return { session, runId, view, busy, error, figures, follow, ask, stop, restart };
}
