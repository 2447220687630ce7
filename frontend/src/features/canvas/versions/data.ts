import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { FlowDocument, Id, NewRun, Run, Version, VersionChange, VersionChanges } from "@/api/types";

const path = (ws: Id, app: Id, version: Id | "changes", rest = ""): string => workspacePath(ws, `/apps/${app}/versions/${version}${rest}`);

/** What each of these versions changed, in few words; the server compares, so that no flow has to be loaded. */
export const versionChangesQuery = (ws: Id, app: Id, ids: readonly Id[]) =>
  queryOptions({
    queryKey: keys.versionChanges(ws, app, ids),
    queryFn: ({ signal }) => api.get<VersionChanges[]>(path(ws, app, "changes"), { query: { ids: ids.join(",") }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: ids.length > 0,
  });

/** Another name or note of a version, and its end. */
export function useVersionUpkeep(ws: Id, app: Id) {
  const client = useQueryClient();
  const changed = (): void => {
    void client.invalidateQueries({ queryKey: keys.versions(ws, app) });
    void client.invalidateQueries({ queryKey: keys.app(ws, app), exact: true });
  };
  const update = useMutation({
    mutationFn: ({ id, ...body }: VersionChange & { id: Id }) => api.patch<Version>(path(ws, app, id), body),
    onSuccess: changed,
  });
  const remove = useMutation({ mutationFn: (id: Id) => api.delete(path(ws, app, id)), onSuccess: changed });
  return { update, remove };
}

export const startVersionRun = (ws: Id, app: Id, body: NewRun): Promise<Run> => api.post<Run>(workspacePath(ws, `/apps/${app}/runs`), body);

/** A version that came with its flow. */
export type WholeVersion = Version & { document: FlowDocument };
