import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, AppTag, AppWeek, Id, MissingList, Page, Template } from "@/api/types";
import type { AppsSearch } from "@/features/apps/apps-search";
import type { Language } from "@/i18n";

export const APPS_PER_PAGE = 24;

export const appQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.app(workspaceId, appId),
    queryFn: ({ signal }) => api.get<App>(workspacePath(workspaceId, `/apps/${appId}`), { signal }),
  });

export const appsQuery = (workspaceId: Id, { search, mode, tag, owner, bin, sort = "-updated_at", page = 1 }: Omit<AppsSearch, "view">) => {
  const query = { search, mode, tag, owner, deleted: bin, sort, page, limit: APPS_PER_PAGE };
  return queryOptions({
    queryKey: keys.apps(workspaceId, query),
    queryFn: ({ signal }) => api.get<Page<App>>(workspacePath(workspaceId, "/apps"), { query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const appTagsQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.appTags(workspaceId),
    queryFn: ({ signal }) => api.get<AppTag[]>(workspacePath(workspaceId, "/app-tags"), { signal }),
  });

/** Runs and cost of each app by day, for the last seven days on this device's clock. */
export const appWeeksQuery = (workspaceId: Id, apps: readonly Id[]) => {
  const ids = [...apps].sort();
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return queryOptions({
    queryKey: keys.appWeeks(workspaceId, ids),
    queryFn: ({ signal }) => api.get<AppWeek[]>(workspacePath(workspaceId, "/app-weeks"), { query: { ids: ids.join(","), tz }, signal }),
    enabled: ids.length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
};

/** The templates, with flows and samples in a language. */
export const templatesQuery = (workspaceId: Id, language: Language) =>
  queryOptions({
    queryKey: [...keys.templates(workspaceId), language],
    queryFn: ({ signal }) => api.get<Template[]>(workspacePath(workspaceId, "/templates"), { query: { language }, signal }),
    staleTime: 10 * 60_000,
  });

export const missingQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.missing(workspaceId, appId),
    queryFn: ({ signal }) => api.get<MissingList>(workspacePath(workspaceId, `/apps/${appId}/missing`), { signal }),
  });
