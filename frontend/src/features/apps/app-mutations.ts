import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createElement } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, AppChange, Id, ImportResult, NewApp, Rebinding, Rebound, Site } from "@/api/types";
import type { ImportSource } from "@/features/apps/import-source";
import { UndoButton } from "@/components/undo-button";
import { downloadText } from "@/lib/download";
import { forgetRecent } from "@/lib/recents";
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

/** Puts apps into the bin, one after the other, and offers to take them out again. */
export function useDeleteApps() {
  const { t } = useTranslation("apps");
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  const restore = useRestoreApps();
  return useMutation({
    mutationFn: async (apps: readonly App[]) => {
      for (const { id } of apps) await api.delete(workspace.path(`/apps/${id}`));
    },
    onSuccess: (_nothing, apps) => {
      for (const { id } of apps) {
        client.removeQueries({ queryKey: keys.app(workspace.id, id) });
        forgetRecent(workspace.id, id);
      }
      const id = `binned-${apps[0]?.id}`;
      const undo = () => {
        notifications.hide(id);
        restore.mutate(apps.map((app) => app.id));
      };
      const title = apps.length === 1 && apps[0] ? t("bin.one", { name: apps[0].name }) : t("bin.many", { count: apps.length });
      notifications.show({ id, title, message: createElement(UndoButton, { onUndo: undo }), autoClose: 10_000 });
    },
    onSettled: changed,
  });
}

/** Takes apps out of the bin. */
export function useRestoreApps() {
  const workspace = useWorkspace();
  const changed = useAppsChanged();
  const failed = useFailureNotice();
  return useMutation({
    mutationFn: async (ids: readonly Id[]) => {
      for (const id of ids) await api.post<App>(workspace.path(`/apps/${id}/undelete`));
    },
    onError: failed,
    onSettled: changed,
  });
}

/** Adds tags to apps and takes tags away. */
export function useTagApps() {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const changed = useAppsChanged();
  return useMutation({
    mutationFn: async ({ apps, add, remove }: { apps: readonly App[]; add: readonly string[]; remove: readonly string[] }) => {
      for (const app of apps) {
        const tags = [...new Set([...app.tags.filter((tag) => !remove.includes(tag)), ...add])];
        const now = await api.patch<App>(workspace.path(`/apps/${app.id}`), { tags });
        client.setQueryData(keys.app(workspace.id, app.id), now);
      }
    },
    onSettled: changed,
  });
}

/** Opens the page of an app for its end users in a tab of its own. */
export function useOpenSite() {
  const workspace = useWorkspace();
  const failed = useFailureNotice();
  return useMutation({
    mutationFn: async (id: Id) => {
      // Opened before the answer: a browser lets only a click open a tab.
      const tab = window.open("about:blank", "_blank");
      try {
        const { url } = await api.get<Site>(workspace.path(`/apps/${id}/site`));
        if (tab) tab.location.replace(url);
        else window.location.assign(url);
      } catch (error) {
        tab?.close();
        throw error;
      }
    },
    onError: failed,
  });
}

/** Downloads the app as a YAML file named after it. */
export function useExportApp() {
  const workspace = useWorkspace();
  const failed = useFailureNotice();
  return useMutation({
    mutationFn: async ({ app, secrets }: { app: Pick<App, "id" | "name">; secrets?: boolean }) => {
      const text = await api.text(workspace.path(`/apps/${app.id}/export`), { query: { secrets: secrets || undefined } });
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
