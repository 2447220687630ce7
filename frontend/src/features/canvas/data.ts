import { queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { App, DefaultModel, Draft, DraftChange, Id, NewVersion, NodeType, Version } from "@/api/types";

export const nodeTypesQuery = queryOptions({
  queryKey: keys.nodeTypes,
  queryFn: () => api.get<NodeType[]>("/api/node-types"),
  staleTime: Number.POSITIVE_INFINITY,
});

export const defaultModelsQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.defaultModels(ws),
    queryFn: () => api.get<DefaultModel[]>(workspacePath(ws, "/default-models")),
    staleTime: 60_000,
  });

const appPath = (ws: Id, app: Id, rest = ""): string => workspacePath(ws, `/apps/${app}${rest}`);

export const appQuery = (ws: Id, app: Id) => queryOptions({ queryKey: keys.app(ws, app), queryFn: () => api.get<App>(appPath(ws, app)) });

/** Read once when the editor opens; from then on the editor's own state is the newest. */
export const draftQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.draft(ws, app),
    queryFn: () => api.get<Draft>(appPath(ws, app, "/draft")),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const versionsQuery = (ws: Id, app: Id) =>
  queryOptions({ queryKey: keys.versions(ws, app), queryFn: () => api.get<Version[]>(appPath(ws, app, "/versions")) });

export const versionQuery = (ws: Id, app: Id, version: Id) =>
  queryOptions({
    queryKey: keys.version(ws, app, version),
    queryFn: () => api.get<Version>(appPath(ws, app, `/versions/${version}`)),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const saveDraft = (ws: Id, app: Id, body: DraftChange): Promise<Draft> => api.put<Draft>(appPath(ws, app, "/draft"), body);
export const fetchDraft = (ws: Id, app: Id): Promise<Draft> => api.get<Draft>(appPath(ws, app, "/draft"));
export const publishVersion = (ws: Id, app: Id, body: NewVersion): Promise<Version> =>
  api.post<Version>(appPath(ws, app, "/versions"), body);
export const restoreVersion = (ws: Id, app: Id, version: Id, baseRevision: number): Promise<Draft> =>
  api.post<Draft>(appPath(ws, app, `/versions/${version}/restore`), { base_revision: baseRevision });
