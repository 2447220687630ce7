import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { ChildChunk, Id, Page, Segment, SegmentChange } from "@/api/types";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

export interface NewSegment {
  content: string;
  answer?: string;
  keywords?: string[];
}

export type SegmentAction = "enable" | "disable" | "delete";

/** Which document the pieces are of. */
export interface Place {
  dataset: Id;
  document: Id;
}

const path = (ws: Id, { dataset, document }: Place, rest = "") => datasetPath(ws, dataset, `/documents/${document}/segments${rest}`);

/** Marks a document's pieces and counts as old, but not its text, which they do not change. */
function useSegmentsChanged(place: Place): () => Promise<void> {
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.segments(ws, place.dataset, place.document) }),
      client.invalidateQueries({ queryKey: keys.document(ws, place.dataset, place.document), exact: true }),
    ]);
  };
}

export function useAddSegment(place: Place) {
  const { id: ws } = useWorkspace();
  const changed = useSegmentsChanged(place);
  return useMutation({ mutationFn: (made: NewSegment) => api.post<Segment>(path(ws, place), made), onSuccess: changed });
}

export function useChangeSegment(place: Place) {
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const changed = useSegmentsChanged(place);
  return useMutation({
    mutationFn: ({ id, ...change }: SegmentChange & { id: Id }) => api.patch<Segment>(path(ws, place, `/${id}`), change),
    onSuccess: (now) => {
      client.setQueriesData<Page<Segment>>(
        { queryKey: keys.segments(ws, place.dataset, place.document) },
        (page) => page && { ...page, results: page.results.map((row) => (row.id === now.id ? now : row)) },
      );
      return changed();
    },
  });
}

export function useSegmentAction(place: Place) {
  const { id: ws } = useWorkspace();
  const changed = useSegmentsChanged(place);
  return useMutation({
    mutationFn: ({ action, ids }: { action: SegmentAction; ids: readonly Id[] }) =>
      api.post<{ changed: number }>(path(ws, place, "/actions"), { action, segment_ids: ids }),
    onSuccess: changed,
  });
}

/** Adds a child, changes the one of `id`, or deletes it where there is no content. */
export function useSaveChild(place: Place, segment: Id) {
  const { id: ws } = useWorkspace();
  const changed = useSegmentsChanged(place);
  return useMutation({
    mutationFn: async ({ id, content }: { id?: Id; content?: string }) => {
      const children = path(ws, place, `/${segment}/children`);
      if (!id) await api.post<ChildChunk>(children, { content });
      else if (content === undefined) await api.delete(`${children}/${id}`);
      else await api.patch<ChildChunk>(`${children}/${id}`, { content });
    },
    onSuccess: changed,
  });
}
