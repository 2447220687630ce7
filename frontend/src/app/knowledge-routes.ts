import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { frame, text } from "@/app/frame-route";
import { parseDatasetsSearch, parseDocumentsSearch } from "@/features/knowledge/knowledge-search";

const knowledge = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge",
  validateSearch: parseDatasetsSearch,
  component: lazyRouteComponent(() => import("@/features/knowledge/datasets/datasets-page")),
});

const newDataset = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge/new",
  component: lazyRouteComponent(() => import("@/features/knowledge/add/new-dataset-page")),
});

const dataset = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge/$datasetId",
  component: lazyRouteComponent(() => import("@/features/knowledge/dataset-layout")),
});

const datasetIndex = createRoute({
  getParentRoute: () => dataset,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/knowledge/$datasetId/documents", params, replace: true });
  },
});

const documents = createRoute({
  getParentRoute: () => dataset,
  path: "/documents",
  validateSearch: parseDocumentsSearch,
  component: lazyRouteComponent(() => import("@/features/knowledge/documents/documents-page")),
});

const addDocuments = createRoute({
  getParentRoute: () => dataset,
  path: "/add",
  component: lazyRouteComponent(() => import("@/features/knowledge/add/add-documents-page")),
});

/** `segment` is the piece to show, `search` words that pieces must have. */
export interface DocumentSearch {
  segment?: string;
  search?: string;
  page?: number;
}

const document = createRoute({
  getParentRoute: () => dataset,
  path: "/documents/$documentId",
  validateSearch: (search: Record<string, unknown>): DocumentSearch => ({
    segment: text(search.segment),
    search: text(search.search),
    page: Number(search.page) > 1 ? Math.floor(Number(search.page)) : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/knowledge/document/document-page")),
});

const retrieval = createRoute({
  getParentRoute: () => dataset,
  path: "/retrieval",
  validateSearch: (search: Record<string, unknown>): { query?: string; tab?: string; set?: string } => ({
    query: text(search.query),
    tab: text(search.tab),
    set: text(search.set),
  }),
  component: lazyRouteComponent(() => import("@/features/knowledge/retrieval/retrieval-page")),
});

const datasetSettings = createRoute({
  getParentRoute: () => dataset,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/knowledge/settings/settings-page")),
});

/** The pages of datasets. */
export const knowledgeTree = [
  knowledge,
  newDataset,
  dataset.addChildren([datasetIndex, documents, addDocuments, document, retrieval, datasetSettings]),
] as const;
