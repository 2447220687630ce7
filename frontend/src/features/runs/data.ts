import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Id, Page, Run, RunDetail, RunFailures } from "@/api/types";
import { type RunsSearch, runsParams } from "./runs-search";

export const PAGE_SIZE = 30;

export const runsQuery = (ws: Id, app: Id, filter: RunsSearch) =>
  queryOptions({
    queryKey: keys.runs(ws, app, filter),
    queryFn: () => api.get<Page<Run>>(workspacePath(ws, `/apps/${app}/runs`), { query: runsParams(filter, PAGE_SIZE) }),
    placeholderData: keepPreviousData,
    // Notices tell of test runs at once; those that others start are found by looking.
    refetchInterval: (query) =>
      query.state.data?.results.some((run) => run.state === "running" || run.state === "queued") ? 5000 : 20_000,
  });

/** What failed in the latest runs of an app, to choose from. */
export const failuresQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: [...keys.runs(ws, app), "failures"],
    queryFn: () => api.get<RunFailures>(workspacePath(ws, `/apps/${app}/runs/failures`)),
  });

export const runQuery = (ws: Id, run: Id) =>
  queryOptions({ queryKey: keys.run(ws, run), queryFn: () => api.get<RunDetail>(workspacePath(ws, `/runs/${run}`)), staleTime: 0 });
