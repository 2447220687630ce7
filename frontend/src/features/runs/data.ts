import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Id, Page, Run, RunDetail } from "@/api/types";

export const PAGE_SIZE = 30;

export interface RunFilter {
  state?: string;
  source?: string;
  page?: number;
}

export const runsQuery = (ws: Id, app: Id, filter: RunFilter) =>
  queryOptions({
    queryKey: keys.runs(ws, app, filter),
    queryFn: () => api.get<Page<Run>>(workspacePath(ws, `/apps/${app}/runs`), { query: { ...filter, limit: PAGE_SIZE } }),
    placeholderData: keepPreviousData,
    // Notices tell of changes at once; this is for a connection that is down.
    refetchInterval: (query) => (query.state.data?.results.some((run) => run.state === "running" || run.state === "queued") ? 5000 : false),
  });

export const runQuery = (ws: Id, run: Id) =>
  queryOptions({ queryKey: keys.run(ws, run), queryFn: () => api.get<RunDetail>(workspacePath(ws, `/runs/${run}`)), staleTime: 0 });
