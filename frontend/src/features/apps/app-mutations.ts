import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, AppChange, Id, ImportResult, NewApp, Rebinding, Rebound } from "@/api/types";
import type { ImportSource } from "@/features/apps/import-source";
import { downloadText } from "@/lib/download";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

function useAppsChanged(): () => void {
  const client = useQueryClient();
  const { id } = useWorkspace();
  return () => void client.invalidateQueries({ queryKey: keys.apps(id) });
}

export function useCreateApp() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  return useMutation({
    mutationFn: (app: NewApp) => api.post<App>(workspace.path("/apps"), app),
    onSuccess: (app) => {
      client.setQueryData(keys.app(workspace.id, app.id), app);
      changed();
    },
  });
}

/** Imports a file as a new app, or with `appId` into that app's draft. */
export function useImportApp(appId?: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  return useMutation({
    mutationFn: ({ source, mend }: { source: ImportSource; mend?: boolean }) =>
      api.post<ImportResult>(workspace.path("/apps/import"), { ...source, mend, app_id: appId }),
    onSuccess: () => {
      changed();
      if (appId) void client.invalidateQueries({ queryKey: keys.app(workspace.id, appId) });
    },
  });
}

/** Puts other models, datasets and secrets into an app's draft. */
export function useRebind(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Rebinding) => api.post<Rebound>(workspace.path(`/apps/${appId}/rebind`), change),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.draft(workspace.id, appId) }),
  });
}

export function useDuplicateApp() {
  const workspace = useWorkspace();
  const changed = useAppsChanged();
  const failed = useFailureNotice();
  return useMutation({
    mutationFn: (id: Id) => api.post<App>(workspace.path(`/apps/${id}/duplicate`)),
    onSuccess: changed,
    onError: failed,
  });
}

export function useUpdateApp(appId: Id) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  const key = keys.app(workspace.id, appId);
  return useMutation({
    mutationFn: (change: AppChange) => api.patch<App>(workspace.path(`/apps/${appId}`), change),
    onMutate: (change) => {
      const before = client.getQueryData<App>(key);
      if (before) client.setQueryData(key, { ...before, ...change });
      return { before };
    },
    onError: (_error, _change, context) => {
      if (context?.before) client.setQueryData(key, context.before);
    },
    onSuccess: (app) => {
      client.setQueryData(key, app);
      changed();
    },
  });
}

export function useDeleteApp() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  return useMutation({
    mutationFn: (id: Id) => api.delete(workspace.path(`/apps/${id}`)),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: keys.app(workspace.id, id) });
      changed();
    },
  });
}

/** Downloads the app as a YAML file named after it. */
export function useExportApp() {
  const workspace = useWorkspace();
  const failed = useFailureNotice();
  return useMutation({
    mutationFn: async (app: Pick<App, "id" | "name">) => {
      const text = await api.text(workspace.path(`/apps/${app.id}/export`));
      downloadText(`${app.name.replace(/[\\/:*?"<>|\s]+/g, "-")}.yml`, text, "text/yaml");
    },
    onError: failed,
  });
}

/** For acts started from a menu that is gone when the answer comes. */
function useFailureNotice(): (error: Error) => void {
  const { t } = useTranslation();
  const words = useErrorText();
  return (error) => notifications.show({ color: "red", title: t("state.errorTitle"), message: words(error), autoClose: 12_000 });
}
