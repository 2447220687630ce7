import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect } from "react";
import { keys } from "@/api/keys";
import type { DocumentState, Id, KnowledgeDocument, Page } from "@/api/types";
import { type LiveState, live, subscribe } from "@/lib/live";
import { useWorkspace } from "@/lib/use-workspace";

const SETTLE_MS = 400;

/** A notice about one document, as the workspace's stream carries it. */
export interface DocumentProgress {
  id: Id;
  stage: KnowledgeDocument["stage"];
  done: number;
  total: number;
  left_s: number | null;
  error: KnowledgeDocument["error"];
}

/** What a document shows as its state while it is in `stage`; a completed one keeps what it is until it is read again. */
function stateIn(stage: KnowledgeDocument["stage"], before: DocumentState): DocumentState {
  if (stage === "waiting") return "queuing";
  if (stage === "paused" || stage === "error") return stage;
  if (stage === "completed") return before === "disabled" || before === "archived" ? before : "available";
  return "indexing";
}

export function withProgress(document: KnowledgeDocument, { stage, done, total, left_s, error }: DocumentProgress): KnowledgeDocument {
  return { ...document, stage, done, total, left_s, error, state: stateIn(stage, document.state) };
}

function showProgress(client: QueryClient, ws: Id, dataset: Id, progress: DocumentProgress): void {
  client.setQueriesData<Page<KnowledgeDocument>>(
    { queryKey: keys.documents(ws, dataset) },
    (page) => page && { ...page, results: page.results.map((row) => (row.id === progress.id ? withProgress(row, progress) : row)) },
  );
  client.setQueryData<KnowledgeDocument>(keys.document(ws, dataset, progress.id), (row) => row && withProgress(row, progress));
}

/** Calls `again` when the connection is there again after a break, in which changes may have gone by. */
function whenBack(again: () => void): () => void {
  let before: LiveState = live.state;
  let broken = false;
  return live.watchState((state) => {
    broken ||= state === "waiting";
    if (state === "open" && before !== "open" && broken) {
      broken = false;
      again();
    }
    before = state;
  });
}

/** Keeps a dataset's screens at what the workers and other people are doing. */
export function useDatasetChanges(dataset: Id): void {
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const refresh = useDebouncedCallback(() => void client.invalidateQueries({ queryKey: keys.dataset(ws, dataset) }), SETTLE_MS);
  useEffect(() => whenBack(refresh), [refresh]);
  useEffect(
    () =>
      subscribe(`workspace:${ws}`, null, ({ change }) => {
        if (change?.dataset_id !== dataset && change?.id !== dataset) return;
        if (change.kind === "document_progress") {
          const progress = change as unknown as DocumentProgress;
          showProgress(client, ws, dataset, progress);
          if (progress.stage === "completed" || progress.stage === "error") refresh();
        } else if (change.kind === "documents_changed" || change.kind.startsWith("dataset_")) {
          refresh();
        }
      }),
    [client, ws, dataset, refresh],
  );
}

/** Keeps the list of datasets fresh while it is looked at. */
export function useDatasetsChanges(): void {
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const refresh = useDebouncedCallback(() => void client.invalidateQueries({ queryKey: keys.datasets(ws) }), SETTLE_MS);
  useEffect(
    () =>
      subscribe(`workspace:${ws}`, null, ({ change }) => {
        if (!change) return;
        const ended = change.kind === "document_progress" && (change.stage === "completed" || change.stage === "error");
        if (ended || change.kind === "documents_changed" || change.kind.startsWith("dataset_")) refresh();
      }),
    [ws, refresh],
  );
}
