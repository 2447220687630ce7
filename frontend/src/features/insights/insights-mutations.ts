import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type {
  Annotation,
  AnnotationImport,
  AnnotationMatches,
  AnnotationSettings,
  AnnotationSettingsChange,
  AnswerRating,
  EvalCase,
  EvalSet,
  Id,
} from "@/api/types";
import { runJob } from "@/lib/job";
import { useWorkspace } from "@/lib/use-workspace";

/** Rates an answer as a member of the workspace; a rating of null takes one's own back. */
export function useRateAnswer(appId: Id, conversationId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ message, rating, content = "" }: { message: Id; rating: "like" | "dislike" | null; content?: string }) =>
      api.put<AnswerRating[]>(workspace.path(`/apps/${appId}/messages/${message}/feedback`), { rating, content }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.conversation(workspace.id, appId, conversationId) });
      void client.invalidateQueries({ queryKey: keys.logs(workspace.id, appId) });
    },
  });
}

/** Says what should have been answered. */
export function useCorrectAnswer(appId: Id, conversationId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAnnotationsChanged(appId);
  return useMutation({
    mutationFn: ({ message, ...body }: { message: Id; question: string; answer: string }) =>
      api.put<Annotation>(workspace.path(`/apps/${appId}/messages/${message}/annotation`), body),
    onSuccess: () => {
      changed();
      void client.invalidateQueries({ queryKey: keys.conversation(workspace.id, appId, conversationId) });
      void client.invalidateQueries({ queryKey: keys.logs(workspace.id, appId) });
    },
  });
}

function useAnnotationsChanged(appId: Id): () => void {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: keys.annotations(workspace.id, appId) });
}

export interface AnnotationTexts {
  question: string;
  answer: string;
}

export function useSaveAnnotation(appId: Id) {
  const workspace = useWorkspace();
  const changed = useAnnotationsChanged(appId);
  return useMutation({
    mutationFn: ({ id, ...texts }: AnnotationTexts & { id?: Id }) =>
      id
        ? api.patch<Annotation>(workspace.path(`/apps/${appId}/annotations/${id}`), texts)
        : api.post<Annotation>(workspace.path(`/apps/${appId}/annotations`), texts),
    onSuccess: changed,
  });
}

export function useDeleteAnnotation(appId: Id) {
  const workspace = useWorkspace();
  const changed = useAnnotationsChanged(appId);
  return useMutation({
    mutationFn: (id: Id) => api.delete(workspace.path(`/apps/${appId}/annotations/${id}`)),
    onSuccess: changed,
  });
}

/** Reads a CSV file; as a preview it only tells what would be imported and what is wrong. */
export function useImportAnnotations(appId: Id) {
  const workspace = useWorkspace();
  const changed = useAnnotationsChanged(appId);
  return useMutation({
    mutationFn: (body: { content: string; preview: boolean }) =>
      api.post<AnnotationImport>(workspace.path(`/apps/${appId}/annotations/import`), body),
    onSuccess: (_told, { preview }) => {
      if (!preview) changed();
    },
  });
}

export function useAnnotationSettings(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AnnotationSettingsChange) =>
      api.put<AnnotationSettings>(workspace.path(`/apps/${appId}/annotations/settings`), body),
    onSuccess: (settings) => client.setQueryData([...keys.annotations(workspace.id, appId), "settings"], settings),
  });
}

/** Keeps an answer as a case of a test set, of a new one where none is given; returns the set. */
export function useKeepCase(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = workspace.path(`/apps/${appId}/test-sets`);
  return useMutation({
    mutationFn: async ({ message, set, name }: { message: Id; set: Id | null; name: string }) => {
      const known = client.getQueryData<EvalSet[]>(keys.evalSets(workspace.id, appId))?.find(({ id }) => id === set);
      const into = known ?? (await api.post<EvalSet>(path, { name }));
      await api.post(`${path}/${into.id}/cases`, { message_id: message });
      return into;
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.evalSets(workspace.id, appId) }),
  });
}

/** Renames and deletes test sets, changes and deletes their cases. */
export function useTestSets(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = workspace.path(`/apps/${appId}/test-sets`);
  const onSuccess = () => void client.invalidateQueries({ queryKey: keys.evalSets(workspace.id, appId) });
  const rename = useMutation({
    mutationFn: ({ set, name }: { set: Id; name: string }) => api.patch<EvalSet>(`${path}/${set}`, { name }),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: (set: Id) => api.delete(`${path}/${set}`), onSuccess });
  const change = useMutation({
    mutationFn: ({ set, id, expected }: { set: Id; id: Id; expected: string }) =>
      api.patch<EvalCase>(`${path}/${set}/cases/${id}`, { expected }),
    onSuccess,
  });
  const drop = useMutation({ mutationFn: ({ set, id }: { set: Id; id: Id }) => api.delete(`${path}/${set}/cases/${id}`), onSuccess });
  return { rename, remove, change, drop };
}

/** Asks which annotations a question would be answered from. */
export function useTryQuestion(appId: Id) {
  const workspace = useWorkspace();
  return useMutation({
    mutationFn: (question: string) =>
      runJob<AnnotationMatches>(
        { path: workspace.path(`/apps/${appId}/annotations/try`), body: { question, limit: 5 } },
        (id) => workspace.path(`/jobs/${id}`),
        AbortSignal.timeout(60_000),
      ),
  });
}
