import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { ApiKey, App, Draft, Id, NewVersion, Version } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";

export const versionsQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.versions(workspaceId, appId),
    queryFn: ({ signal }) => api.get<Version[]>(workspacePath(workspaceId, `/apps/${appId}/versions`), { signal }),
  });

/** The flow that answers calls; before the first publishing the draft, so that examples can be read already. */
export const flowQuery = (workspaceId: Id, app: App) =>
  queryOptions({
    queryKey: app.published ? keys.version(workspaceId, app.id, app.published.id) : [...keys.draft(workspaceId, app.id), "flow"],
    queryFn: async ({ signal }) => {
      const path = app.published ? `/apps/${app.id}/versions/${app.published.id}` : `/apps/${app.id}/draft`;
      return api.get<Version | Draft>(workspacePath(workspaceId, path), { signal });
    },
  });

export const appKeysQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.appKeys(workspaceId, appId),
    queryFn: ({ signal }) => api.get<ApiKey[]>(workspacePath(workspaceId, `/apps/${appId}/keys`), { signal }),
  });

export function usePublish(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewVersion) => api.post<Version>(workspace.path(`/apps/${appId}/versions`), body),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.app(workspace.id, appId) });
      void client.invalidateQueries({ queryKey: keys.apps(workspace.id) });
    },
  });
}

export function useAppKeys(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = () => void client.invalidateQueries({ queryKey: keys.appKeys(workspace.id, appId) });
  const create = useMutation({
    mutationFn: (name: string) => api.post<ApiKey>(workspace.path(`/apps/${appId}/keys`), { name }),
    onSuccess: changed,
  });
  const remove = useMutation({ mutationFn: (id: Id) => api.delete(workspace.path(`/apps/${appId}/keys/${id}`)), onSuccess: changed });
  return { create, remove };
}
