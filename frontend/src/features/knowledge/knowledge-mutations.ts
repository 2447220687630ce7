import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type {
  Dataset,
  DatasetChange,
  DocumentAction,
  DocumentReplacement,
  Id,
  KnowledgeDocument,
  NewDataset,
  NewDocuments,
} from "@/api/types";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import { forgetRecent } from "@/lib/recents";
import { useWorkspace } from "@/lib/use-workspace";

/** Marks everything of a dataset, and the list of datasets, as old. */
export function useDatasetChanged(dataset: Id): () => Promise<void> {
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.dataset(ws, dataset) }),
      client.invalidateQueries({ queryKey: keys.datasets(ws) }),
    ]);
  };
}

export function useCreateDataset() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (made: NewDataset) => api.post<Dataset>(workspace.path("/datasets"), made),
    onSuccess: (dataset) => {
      client.setQueryData(keys.dataset(workspace.id, dataset.id), dataset);
      void client.invalidateQueries({ queryKey: keys.datasets(workspace.id) });
    },
  });
}

export function useUpdateDataset(dataset: Id) {
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const changed = useDatasetChanged(dataset);
  return useMutation({
    mutationFn: (change: DatasetChange) => api.patch<Dataset>(datasetPath(ws, dataset), change),
    onSuccess: (now) => {
      client.setQueryData(keys.dataset(ws, dataset), now);
      void changed();
    },
  });
}

export function useDeleteDataset() {
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (dataset: Id) => api.delete(datasetPath(ws, dataset)),
    onSuccess: (_nothing, dataset) => {
      forgetRecent(ws, dataset);
      return client.invalidateQueries({ queryKey: keys.datasets(ws) });
    },
  });
}

export function useAddDocuments() {
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dataset, ...body }: NewDocuments & { dataset: Id }) =>
      api.post<KnowledgeDocument[]>(datasetPath(ws, dataset, "/documents"), body),
    onSuccess: (_, { dataset }) => client.invalidateQueries({ queryKey: keys.dataset(ws, dataset) }),
  });
}

export function useDocumentAction(dataset: Id) {
  const { id: ws } = useWorkspace();
  const changed = useDatasetChanged(dataset);
  return useMutation({
    mutationFn: ({ action, ids }: { action: DocumentAction; ids: readonly Id[] }) =>
      api.post<{ changed: number }>(datasetPath(ws, dataset, "/documents/actions"), { action, document_ids: ids }),
    onSuccess: changed,
  });
}

export function useRenameDocument(dataset: Id, document: Id) {
  const { id: ws } = useWorkspace();
  const changed = useDatasetChanged(dataset);
  return useMutation({
    mutationFn: (name: string) => api.patch<KnowledgeDocument>(datasetPath(ws, dataset, `/documents/${document}`), { name }),
    onSuccess: changed,
  });
}

/** Cuts documents again, each by itself: another source or other settings. */
export function useReplaceDocuments(dataset: Id) {
  const { id: ws } = useWorkspace();
  const changed = useDatasetChanged(dataset);
  return useMutation({
    mutationFn: async ({ ids, change }: { ids: readonly Id[]; change: DocumentReplacement }) => {
      for (const id of ids) await api.post(datasetPath(ws, dataset, `/documents/${id}/replace`), change);
    },
    onSettled: changed,
  });
}

export interface MetadataOperation {
  document_id: Id;
  metadata_list: { id: Id; value: string | number | null }[];
  partial_update: boolean;
}

export function useSetMetadata(dataset: Id) {
  const { id: ws } = useWorkspace();
  const changed = useDatasetChanged(dataset);
  return useMutation({
    mutationFn: (operations: MetadataOperation[]) => api.post(datasetPath(ws, dataset, "/metadata"), { operations }),
    onSuccess: changed,
  });
}
