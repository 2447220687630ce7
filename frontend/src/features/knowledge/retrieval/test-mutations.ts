import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Dataset, Id, TestQuestion, TestSet } from "@/api/types";
import { datasetPath, questionsQuery } from "@/features/knowledge/knowledge-queries";
import type { Hit } from "@/features/knowledge/retrieval/hits";
import { type RetrievalSettings, toRetrieval } from "@/features/knowledge/retrieval/retrieval-settings";
import { runJob } from "@/lib/job";
import { useWorkspace } from "@/lib/use-workspace";

export interface Expected {
  document_id: Id;
  segment_id?: Id;
}

/** What the server takes of an expectation. */
export const expectedOnly = ({ document_id, segment_id }: Expected): Expected => ({ document_id, ...(segment_id ? { segment_id } : {}) });

function useChanged(key: QueryKey): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

/** Makes a set, renames the one of `id`, or deletes it where there is no name. */
export function useSaveSet(dataset: Id) {
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const queryKey = keys.testSets(ws, dataset);
  return useMutation({
    mutationFn: async ({ id, name }: { id?: Id; name?: string }): Promise<TestSet | null> => {
      const path = datasetPath(ws, dataset, `/test-sets${id ? `/${id}` : ""}`);
      if (name === undefined) {
        await api.delete(path);
        return null;
      }
      return id ? api.patch<TestSet>(path, { name }) : api.post<TestSet>(path, { name });
    },
    onSuccess: (saved, { id }) => {
      // A deleted set goes from the list at once, so that nobody asks for its questions again.
      if (!saved) client.setQueryData<TestSet[]>(queryKey, (sets) => sets?.filter((one) => one.id !== id));
      return client.invalidateQueries({ queryKey, exact: true });
    },
  });
}

/** Adds a question to a set, changes the one of `id`, or deletes it where nothing is expected. */
export function useSaveQuestion(dataset: Id) {
  const { id: ws } = useWorkspace();
  const changed = useChanged(keys.testSets(ws, dataset));
  return useMutation({
    mutationFn: async ({ set, id, query, expected }: { set: Id; id?: Id; query: string; expected: Expected[] }) => {
      const path = datasetPath(ws, dataset, `/test-sets/${set}/questions${id ? `/${id}` : ""}`);
      const body = { query, expected: expected.map(expectedOnly) };
      if (id && expected.length === 0) await api.delete(path);
      else if (id) await api.patch<TestQuestion>(path, body);
      else await api.post<TestQuestion>(path, body);
    },
    onSuccess: changed,
  });
}

export function useMeasure(dataset: Id) {
  const workspace = useWorkspace();
  const changed = useChanged(keys.testSets(workspace.id, dataset));
  return useMutation({
    mutationFn: ({
      set,
      k,
      settings,
      signal,
    }: {
      set: Id;
      k: number;
      settings: readonly [string, RetrievalSettings][];
      signal: AbortSignal;
    }) => {
      const body = { k, settings: settings.map(([label, one]) => ({ label, retrieval_model: toRetrieval(one) })) };
      const start = { path: datasetPath(workspace.id, dataset, `/test-sets/${set}/results`), body };
      return runJob<{ results: { id: Id; error: { code: string; message: string } | null }[] }>(
        start,
        (id) => workspace.path(`/jobs/${id}`),
        signal,
      );
    },
    onSettled: changed,
  });
}

export function useDeleteResult(dataset: Id, set: Id) {
  const { id: ws } = useWorkspace();
  const changed = useChanged(keys.testSet(ws, dataset, set));
  return useMutation({
    mutationFn: (result: Id) => api.delete(datasetPath(ws, dataset, `/test-sets/${set}/results/${result}`)),
    onSuccess: changed,
  });
}

export interface Target {
  /** Whether the question is known to have this piece, or its whole document, for an answer. */
  isRight(hit: Hit): boolean;
  toggle(hit: Hit): void;
  busy: boolean;
  error: Error | null;
}

/** The set into which «this is right» puts a question; where there is none yet, the first is made. */
export function useTarget(dataset: Dataset, set: TestSet | undefined, query: string, firstName: string, onMade: (id: Id) => void): Target {
  const { id: ws } = useWorkspace();
  const { data } = useQuery({ ...questionsQuery(ws, dataset.id, set?.id ?? ""), enabled: set !== undefined });
  const saveSet = useSaveSet(dataset.id);
  const saveQuestion = useSaveQuestion(dataset.id);
  const known = data?.find((question) => question.query === query);
  const expected: readonly Expected[] = known?.expected ?? [];
  const holds = (hit: Hit) => (one: Expected) =>
    one.document_id === hit.document_id && (!one.segment_id || one.segment_id === hit.segment_id);
  const toggle = async (hit: Hit) => {
    const target = set?.id ?? (await saveSet.mutateAsync({ name: firstName }))?.id;
    if (!target) return;
    if (!set) onMade(target);
    const right = expected.some(holds(hit));
    const next = right
      ? expected.filter((one) => !holds(hit)(one))
      : [...expected, { document_id: hit.document_id, segment_id: hit.segment_id }];
    saveQuestion.mutate({ set: target, id: known?.id, query, expected: next });
  };
  return {
    isRight: (hit) => expected.some(holds(hit)),
    // What was refused stands in `error`.
    toggle: (hit) => void toggle(hit).catch(() => undefined),
    busy: saveSet.isPending || saveQuestion.isPending,
    error: saveSet.error ?? saveQuestion.error,
  };
}
