import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, Id, MissingList, Page, Template } from "@/api/types";
import type { AppsSearch } from "@/features/apps/apps-search";

export const APPS_PER_PAGE = 24;

export const appQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.app(workspaceId, appId),
    queryFn: ({ signal }) => api.get<App>(workspacePath(workspaceId, `/apps/${appId}`), { signal }),
  });

export const appsQuery = (workspaceId: Id, { search, mode, sort = "-updated_at", page = 1 }: Omit<AppsSearch, "view">) => {
  const query = { search, mode, sort, page, limit: APPS_PER_PAGE };
  return queryOptions({
    queryKey: keys.apps(workspaceId, query),
    queryFn: ({ signal }) => api.get<Page<App>>(workspacePath(workspaceId, "/apps"), { query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const templatesQuery = (workspaceId: Id) =>
  queryOptions({
    queryKey: keys.templates(workspaceId),
    queryFn: ({ signal }) => api.get<Template[]>(workspacePath(workspaceId, "/templates"), { signal }),
    staleTime: 10 * 60_000,
  });

export const missingQuery = (workspaceId: Id, appId: Id) =>
  queryOptions({
    queryKey: keys.missing(workspaceId, appId),
    queryFn: ({ signal }) => api.get<MissingList>(workspacePath(workspaceId, `/apps/${appId}/missing`), { signal }),
  });
