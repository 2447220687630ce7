import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { keys } from "@/api/keys";
import type { Dataset } from "@/api/types";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import type { Answer } from "@/features/knowledge/retrieval/hits";
import { type RetrievalSettings, toRetrieval } from "@/features/knowledge/retrieval/retrieval-settings";
import { runJob } from "@/lib/job";
import { useWorkspace } from "@/lib/use-workspace";

export type Outcome = { answer: Answer; error?: undefined } | { answer?: undefined; error: unknown };

export interface Asked {
  question: string;
  /** What was found by each of the settings, in their order. */
  columns: { settings: RetrievalSettings; outcome: Outcome }[];
}

export interface Asking {
  asked: Asked | null;
  busy: boolean;
  ask(question: string, variants: readonly RetrievalSettings[]): void;
  stop(): void;
}

/** Asks a dataset under one or two settings; what was found before stays until the new answers are there. */
export function useAsk(dataset: Dataset): Asking {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const current = useRef<AbortController | null>(null);
  useEffect(() => () => current.current?.abort(), []);

  const answerOf = async (question: string, settings: RetrievalSettings, remember: boolean, signal: AbortSignal): Promise<Outcome> => {
    const body = { query: question, retrieval: toRetrieval(settings), remember };
    const start = { path: datasetPath(workspace.id, dataset.id, "/retrieve"), body };
    try {
      return { answer: await runJob<Answer>(start, (id) => workspace.path(`/jobs/${id}`), signal) };
    } catch (error) {
      return { error };
    }
  };
  const ask = async (question: string, variants: readonly RetrievalSettings[]) => {
    current.current?.abort();
    const control = new AbortController();
    current.current = control;
    setRunning(control);
    // A comparison is one question: it is remembered once.
    const outcomes = await Promise.all(variants.map((settings, index) => answerOf(question, settings, index === 0, control.signal)));
    if (control.signal.aborted) return;
    setAsked({ question, columns: variants.map((settings, index) => ({ settings, outcome: outcomes[index] as Outcome })) });
    setRunning(null);
    void client.invalidateQueries({ queryKey: keys.recentQueries(workspace.id, dataset.id) });
  };
  return {
    asked,
    busy: running !== null,
    ask: (question, variants) => void ask(question, variants),
    stop: () => {
      current.current?.abort();
      setRunning(null);
    },
  };
}
