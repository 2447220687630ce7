import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type {
  Dataset,
  DatasetApp,
  DatasetKey,
  DatasetTag,
  DatasetUse,
  Id,
  KnowledgeDocument,
  Page,
  RecentQuery,
  Segment,
  TestQuestion,
  TestResult,
  TestSet,
} from "@/api/types";
import type { DatasetsSearch, DocumentsSearch } from "@/features/knowledge/knowledge-search";

export const DATASETS_PER_PAGE = 24;
export const DOCUMENTS_PER_PAGE = 25;
export const SEGMENTS_PER_PAGE = 30;
export const RECENT_QUERIES = 10;
export const RESULTS_SHOWN = 20;

export const datasetPath = (ws: Id, dataset: Id, rest = "") => workspacePath(ws, `/datasets/${dataset}${rest}`);

export const datasetsQuery = (ws: Id, { search, tag, page = 1 }: DatasetsSearch) => {
  const query = { search, tag, page, limit: DATASETS_PER_PAGE };
  return queryOptions({
    queryKey: keys.datasets(ws, query),
    queryFn: ({ signal }) => api.get<Page<Dataset>>(workspacePath(ws, "/datasets"), { query, signal }),
    placeholderData: keepPreviousData,
  });
};

/** How many apps use each of the datasets. */
export const usesQuery = (ws: Id, datasets: readonly Id[]) => {
  const ids = [...datasets].sort();
  return queryOptions({
    queryKey: keys.datasetUses(ws, ids),
    queryFn: ({ signal }) => api.get<DatasetUse[]>(workspacePath(ws, "/dataset-uses"), { query: { ids: ids.join(",") }, signal }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
};

/** The apps whose draft or published version uses a dataset. */
export const datasetAppsQuery = (ws: Id, dataset: Id) =>
  queryOptions({
    queryKey: keys.datasetApps(ws, dataset),
    queryFn: ({ signal }) => api.get<DatasetApp[]>(datasetPath(ws, dataset, "/apps"), { signal }),
  });

export const tagsQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.datasetTags(ws),
    queryFn: ({ signal }) => api.get<DatasetTag[]>(workspacePath(ws, "/dataset-tags"), { signal }),
  });

export const datasetKeysQuery = (ws: Id) =>
  queryOptions({
    queryKey: keys.datasetKeys(ws),
    queryFn: ({ signal }) => api.get<DatasetKey[]>(workspacePath(ws, "/dataset-keys"), { signal }),
  });

export const datasetQuery = (ws: Id, dataset: Id) =>
  queryOptions({
    queryKey: keys.dataset(ws, dataset),
    queryFn: ({ signal }) => api.get<Dataset>(datasetPath(ws, dataset), { signal }),
  });

export const documentsQuery = (ws: Id, dataset: Id, { search, state, batch, sort = "-created_at", page = 1 }: DocumentsSearch) => {
  const query = { search, state, batch, sort, page, limit: DOCUMENTS_PER_PAGE };
  return queryOptions({
    queryKey: keys.documents(ws, dataset, query),
    queryFn: ({ signal }) => api.get<Page<KnowledgeDocument>>(datasetPath(ws, dataset, "/documents"), { query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const documentQuery = (ws: Id, dataset: Id, document: Id) =>
  queryOptions({
    queryKey: keys.document(ws, dataset, document),
    queryFn: ({ signal }) => api.get<KnowledgeDocument>(datasetPath(ws, dataset, `/documents/${document}`), { signal }),
  });

/** What was read of a document, in which its pieces have their places. */
export const documentTextQuery = (ws: Id, dataset: Id, document: Id) =>
  queryOptions({
    queryKey: keys.documentText(ws, dataset, document),
    queryFn: ({ signal }) => api.get<{ text: string; ready: boolean }>(datasetPath(ws, dataset, `/documents/${document}/text`), { signal }),
  });

/** A page of a document's pieces: the one with the piece `segment` where that is given. */
export const segmentsQuery = (ws: Id, dataset: Id, document: Id, filter: { search?: string; page: number; segment?: Id }) => {
  const query = { ...filter, limit: SEGMENTS_PER_PAGE };
  return queryOptions({
    queryKey: keys.segments(ws, dataset, document, query),
    queryFn: ({ signal }) => api.get<Page<Segment>>(datasetPath(ws, dataset, `/documents/${document}/segments`), { query, signal }),
    placeholderData: keepPreviousData,
    // An edited piece is embedded within a second or two, and nobody is told about single pieces.
    refetchInterval: ({ state }) => (state.data?.results.some((segment) => segment.status === "waiting") ? 1500 : false),
  });
};

export const recentQueriesQuery = (ws: Id, dataset: Id) =>
  queryOptions({
    queryKey: keys.recentQueries(ws, dataset),
    queryFn: ({ signal }) => api.get<Page<RecentQuery>>(datasetPath(ws, dataset, "/queries"), { query: { limit: RECENT_QUERIES }, signal }),
  });

export const testSetsQuery = (ws: Id, dataset: Id) =>
  queryOptions({
    queryKey: keys.testSets(ws, dataset),
    queryFn: ({ signal }) => api.get<TestSet[]>(datasetPath(ws, dataset, "/test-sets"), { signal }),
  });

export const questionsQuery = (ws: Id, dataset: Id, set: Id) =>
  queryOptions({
    queryKey: [...keys.testSet(ws, dataset, set), "questions"],
    queryFn: ({ signal }) => api.get<TestQuestion[]>(datasetPath(ws, dataset, `/test-sets/${set}/questions`), { signal }),
  });

export const resultsQuery = (ws: Id, dataset: Id, set: Id) =>
  queryOptions({
    queryKey: [...keys.testSet(ws, dataset, set), "results"],
    queryFn: ({ signal }) =>
      api.get<Page<TestResult>>(datasetPath(ws, dataset, `/test-sets/${set}/results`), { query: { limit: RESULTS_SHOWN }, signal }),
  });
