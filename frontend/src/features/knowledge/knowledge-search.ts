import type { DocumentState, Id } from "@/api/types";

/** What of the list of knowledge stands in the URL. */
export interface DatasetsSearch {
  search?: string;
  tag?: Id;
  page?: number;
}

export const DOCUMENT_STATES: readonly DocumentState[] = ["available", "indexing", "queuing", "error", "paused", "disabled", "archived"];
export const DOCUMENT_SORTS = ["-created_at", "position", "name", "-hit_count", "-word_count"] as const;
export type DocumentsSort = (typeof DOCUMENT_SORTS)[number];

/** What of a dataset's documents stands in the URL; `batch` are those that were added together. */
export interface DocumentsSearch {
  search?: string;
  state?: DocumentState;
  sort?: DocumentsSort;
  batch?: string;
  page?: number;
}

const words = (value: unknown) => (value === undefined || value === "" ? undefined : String(value));

function pageOf(value: unknown): number | undefined {
  const page = Math.floor(Number(value));
  return page > 1 ? page : undefined;
}

export function parseDatasetsSearch(raw: Record<string, unknown>): DatasetsSearch {
  return { search: words(raw.search), tag: words(raw.tag), page: pageOf(raw.page) };
}

export function parseDocumentsSearch(raw: Record<string, unknown>): DocumentsSearch {
  return {
    search: words(raw.search),
    state: DOCUMENT_STATES.find((state) => state === raw.state),
    sort: DOCUMENT_SORTS.find((sort) => sort === raw.sort && sort !== "-created_at"),
    batch: words(raw.batch),
    page: pageOf(raw.page),
  };
}
