import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { AppLimits, AppLimitsChange, Id, Page, Site, SiteChange, Webhook, WebhookDelivery } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";

export const siteQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.site(ws, app),
    queryFn: ({ signal }) => api.get<Site>(workspacePath(ws, `/apps/${app}/site`), { signal }),
  });

/** Changes the page of an app; what is left out stays. */
export function useSaveSite(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SiteChange) => api.patch<Site>(workspace.path(`/apps/${appId}/site`), change),
    onSuccess: (site) => client.setQueryData(keys.site(workspace.id, appId), site),
  });
}

/** Gives the page another address. */
export function useRenewAddress(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Site>(workspace.path(`/apps/${appId}/site/token`)),
    onSuccess: (site) => client.setQueryData(keys.site(workspace.id, appId), site),
  });
}

/** The secret with which host pages say who visits: made, shown once, withdrawn. */
export function useIdentitySecret(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = workspace.path(`/apps/${appId}/site/identity-secret`);
  const onSuccess = () => void client.invalidateQueries({ queryKey: keys.site(workspace.id, appId) });
  const renew = useMutation({ mutationFn: () => api.post<{ secret: string }>(path), onSuccess });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess });
  return { renew, remove };
}

export const webhookQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.webhook(ws, app),
    queryFn: ({ signal }) => api.get<Webhook>(workspacePath(ws, `/apps/${app}/webhook`), { signal }),
  });

export const deliveriesQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: [...keys.webhook(ws, app), "deliveries"],
    queryFn: ({ signal }) =>
      api.get<Page<WebhookDelivery>>(workspacePath(ws, `/apps/${app}/webhook/deliveries`), { query: { limit: 10 }, signal }),
    // One that waits is told about again as soon as it is due.
    refetchInterval: ({ state: { data } }) =>
      data?.results.some(({ state, attempts }) => state === "waiting" && attempts === 0) ? 2000 : false,
  });

export function useWebhook(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = workspace.path(`/apps/${appId}/webhook`);
  const key = keys.webhook(workspace.id, appId);
  const told = (webhook: Webhook) => client.setQueryData(key, { ...webhook, secret: null });
  const save = useMutation({ mutationFn: (body: { url: string; enabled: boolean }) => api.put<Webhook>(path, body), onSuccess: told });
  const renew = useMutation({ mutationFn: () => api.post<Webhook>(`${path}/secret`), onSuccess: told });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess: () => void client.invalidateQueries({ queryKey: key }) });
  const test = useMutation({
    mutationFn: () => api.post<WebhookDelivery>(`${path}/test`),
    onSuccess: () => void client.invalidateQueries({ queryKey: [...key, "deliveries"] }),
  });
  return { save, renew, remove, test };
}

export const limitsQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.limits(ws, app),
    queryFn: ({ signal }) => api.get<AppLimits>(workspacePath(ws, `/apps/${app}/limits`), { signal }),
  });

export function useSaveLimits(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: AppLimitsChange) => api.patch<AppLimits>(workspace.path(`/apps/${appId}/limits`), change),
    onSuccess: (limits) => client.setQueryData(keys.limits(workspace.id, appId), limits),
  });
}
