import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, urlWithQuery, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type {
  Annotation,
  AnnotationHit,
  AnnotationSettings,
  AppMode,
  ConversationLog,
  ConversationRow,
  EvalCase,
  EvalSet,
  Id,
  Overview,
  Page,
  Run,
} from "@/api/types";
import {
  type AnnotationsSearch,
  LOG_SORTS,
  LOGS_PERIOD,
  type LogsSearch,
  OVERVIEW_PERIOD,
  type OverviewSearch,
  RUN_SORTS,
} from "@/features/insights/insights-search";
import { spanOf } from "@/features/insights/period";

export const PAGE_SIZE = 30;
type Query = Record<string, string | number | boolean | undefined>;

const truth = (value: "yes" | "no" | undefined) => (value === undefined ? undefined : value === "yes");
const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What the server is asked for filters as they stand in the URL; without order and page. */
export function logQuery(search: LogsSearch, now = new Date()): Query {
  const { start, end } = spanOf(search, LOGS_PERIOD, now);
  return {
    from: start?.toISOString(),
    to: end?.toISOString(),
    source: search.source ?? "published",
    rating: search.rating,
    error: truth(search.error),
    annotated: truth(search.annotated),
    end_user: search.user,
    version: search.version,
    search: search.search,
  };
}

export const conversationsQuery = (ws: Id, app: Id, search: LogsSearch) =>
  queryOptions({
    queryKey: [...keys.logs(ws, app), "conversations", search],
    queryFn: ({ signal }) => {
      const sort = LOG_SORTS.find((one) => one === search.sort);
      const query = { ...logQuery(search), sort, page: search.page, limit: PAGE_SIZE };
      return api.get<Page<ConversationRow>>(workspacePath(ws, `/apps/${app}/conversations`), { query, signal });
    },
    placeholderData: keepPreviousData,
  });

export const runLogQuery = (ws: Id, app: Id, search: LogsSearch) =>
  queryOptions({
    queryKey: [...keys.logs(ws, app), "runs", search],
    queryFn: ({ signal }) => {
      const sort = RUN_SORTS.find((one) => one === search.sort);
      const query = { ...logQuery(search), sort, page: search.page, limit: PAGE_SIZE };
      return api.get<Page<Run>>(workspacePath(ws, `/apps/${app}/runs`), { query, signal });
    },
    placeholderData: keepPreviousData,
  });

export const conversationQuery = (ws: Id, app: Id, conversation: Id) =>
  queryOptions({
    queryKey: keys.conversation(ws, app, conversation),
    queryFn: ({ signal }) => api.get<ConversationLog>(workspacePath(ws, `/apps/${app}/conversations/${conversation}`), { signal }),
  });

/** The turns of a long conversation that come before one. */
export function earlierTurns(ws: Id, app: Id, conversation: Id, before: Id): Promise<ConversationLog> {
  return api.get<ConversationLog>(workspacePath(ws, `/apps/${app}/conversations/${conversation}`), { query: { before } });
}

export const annotationsQuery = (ws: Id, app: Id, search: AnnotationsSearch) =>
  queryOptions({
    queryKey: [...keys.annotations(ws, app), "list", search],
    queryFn: ({ signal }) =>
      api.get<Page<Annotation>>(workspacePath(ws, `/apps/${app}/annotations`), { query: { ...search, limit: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

export const annotationHitsQuery = (ws: Id, app: Id, annotation: Id, page: number) =>
  queryOptions({
    queryKey: [...keys.annotations(ws, app), "hits", annotation, page],
    queryFn: ({ signal }) =>
      api.get<Page<AnnotationHit>>(workspacePath(ws, `/apps/${app}/annotations/${annotation}/hits`), {
        query: { page, limit: 10 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const annotationSettingsQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: [...keys.annotations(ws, app), "settings"],
    queryFn: ({ signal }) => api.get<AnnotationSettings>(workspacePath(ws, `/apps/${app}/annotations/settings`), { signal }),
    // While questions are being embedded the count rises.
    refetchInterval: ({ state: { data } }) => (data?.enabled && data.embedded < data.total ? 1500 : false),
  });

export const testSetsQuery = (ws: Id, app: Id) =>
  queryOptions({
    queryKey: keys.evalSets(ws, app),
    queryFn: ({ signal }) => api.get<EvalSet[]>(workspacePath(ws, `/apps/${app}/test-sets`), { signal }),
  });

export const testCasesQuery = (ws: Id, app: Id, set: Id, page: number) =>
  queryOptions({
    queryKey: [...keys.evalSets(ws, app), set, page],
    queryFn: ({ signal }) =>
      api.get<Page<EvalCase>>(workspacePath(ws, `/apps/${app}/test-sets/${set}/cases`), { query: { page, limit: PAGE_SIZE }, signal }),
    placeholderData: keepPreviousData,
  });

export const testSetExportUrl = (ws: Id, app: Id, set: Id) => workspacePath(ws, `/apps/${app}/test-sets/${set}/export`);

function overviewParams(search: OverviewSearch): Query {
  const { start, end } = spanOf(search, OVERVIEW_PERIOD);
  return { from: start?.toISOString(), to: end?.toISOString(), source: search.source, tz: timeZone() };
}

export const overviewQuery = (ws: Id, app: Id, search: OverviewSearch) =>
  queryOptions({
    queryKey: [...keys.overview(ws, app), search],
    queryFn: ({ signal }) => api.get<Overview>(workspacePath(ws, `/apps/${app}/overview`), { query: overviewParams(search), signal }),
    placeholderData: keepPreviousData,
  });

/** Addresses of files: the browser downloads them by itself, as large as they are. */
export const logExportUrl = (ws: Id, app: Id, search: LogsSearch, format: "csv" | "jsonl") =>
  urlWithQuery(workspacePath(ws, `/apps/${app}/logs/export`), { ...logQuery(search), format, tz: timeZone() });

export const annotationExportUrl = (ws: Id, app: Id, format: "csv" | "jsonl") =>
  urlWithQuery(workspacePath(ws, `/apps/${app}/annotations/export`), { format });

export const overviewCsvUrl = (ws: Id, app: Id, search: OverviewSearch) =>
  urlWithQuery(workspacePath(ws, `/apps/${app}/overview.csv`), overviewParams(search));

/** A workflow has runs in its log, everything else conversations. */
export const logsRuns = (mode: AppMode) => mode === "workflow";
