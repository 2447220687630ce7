import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Id, Segment } from "@/api/types";
import { SEGMENTS_PER_PAGE, segmentsQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

const ROUTE = "/frame/knowledge/$datasetId/documents/$documentId";

export interface Pieces {
  rows: readonly Segment[] | undefined;
  total: number;
  page: number;
  pages: number;
  error: Error | null;
  refetch(): void;
  search: string;
  setSearch(words: string): void;
  /** Goes to a page of what is searched for, or of what `words` find. */
  setPage(page: number, words?: string): void;
  /** The piece that is shown in the original. */
  chosen: Id | undefined;
  choose(piece: Id | undefined): void;
}

/** The page of pieces that the address asks for; a link to one piece opens the page it is on. */
export function usePieces(dataset: Id, document: Id): Pieces {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const { segment: chosen, search = "", page: asked } = useSearch({ from: ROUTE });
  const [linked, setLinked] = useState(asked || search ? undefined : chosen);
  const filter = linked ? { segment: linked, page: 1 } : { search: search || undefined, page: asked ?? 1 };
  const { data, error, refetch } = useQuery(segmentsQuery(ws, dataset, document, filter));
  const page = data?.page ?? asked ?? 1;
  const go = (to: { search?: string; page?: number; segment?: Id }) =>
    void navigate({ from: "/knowledge/$datasetId/documents/$documentId", search: to, replace: true });
  const pages = Math.max(1, Math.ceil((data?.total ?? 0) / SEGMENTS_PER_PAGE));
  // The last piece of the last page was deleted, or the address is old.
  const beyond = data !== undefined && data.total > 0 && data.results.length === 0;
  useEffect(() => {
    if (beyond)
      void navigate({
        from: "/knowledge/$datasetId/documents/$documentId",
        search: (now) => ({ ...now, page: pages > 1 ? pages : undefined }),
        replace: true,
      });
  }, [beyond, pages, navigate]);
  return {
    rows: data?.results,
    total: data?.total ?? 0,
    page,
    pages,
    error: data ? null : error,
    refetch: () => void refetch(),
    search,
    setSearch: (words) => {
      setLinked(undefined);
      go({ search: words || undefined });
    },
    setPage: (to, words = search) => {
      setLinked(undefined);
      go({ search: words || undefined, page: to > 1 ? to : undefined });
    },
    chosen,
    choose: (segment) => go({ search: search || undefined, page: asked, segment }),
  };
}
