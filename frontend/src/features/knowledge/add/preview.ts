import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { workspacePath } from "@/api/client";
import type { Id, PreviewRequest } from "@/api/types";
import { type Cutting, toProcessRule } from "@/features/knowledge/add/cutting";
import { runJob } from "@/lib/job";

/** What can be cut to see how. */
export type PreviewSource =
  | { kind: "file"; id: Id; name: string; size: number }
  | { kind: "text"; text: string; name: string; size: number }
  | { kind: "page"; url: string; name: string; size: null }
  | { kind: "document"; id: Id; dataset: Id; name: string; size: number };

export interface PreviewChild {
  position: number;
  content: string;
  tokens: number;
}

export interface PreviewPiece extends PreviewChild {
  characters: number;
  headings: string[];
  page: number | null;
  question: string;
  answer: string;
  children: PreviewChild[];
}

export interface Estimate {
  tokens: number;
  /** Null where the model's price is not known. */
  cost_usd: number | null;
  seconds: number;
}

export interface Preview {
  pieces: PreviewPiece[];
  total: number;
  children: number;
  characters: number;
  tokens: number;
  pages: number | null;
  encoding: string | null;
  warnings: string[];
  /** Questions with answers are made by a model, when indexing. */
  needs_model: boolean;
  estimate: Estimate;
}

/** How to cut, and for which index. */
export interface PreviewSettings {
  cutting: Cutting;
  language: string;
  dataset: Id | undefined;
  technique: "high_quality" | "economy" | "";
  provider: string;
  model: string;
}

const MAX_TEXT = 1_000_000;

function sourceOf(source: PreviewSource): PreviewRequest {
  if (source.kind === "file") return { file: source.id };
  if (source.kind === "text") return { text: source.text.slice(0, MAX_TEXT) };
  if (source.kind === "page") return { url: source.url };
  return { document: source.id, dataset: source.dataset };
}

function requestOf(source: PreviewSource, { cutting, language, dataset, technique, provider, model }: PreviewSettings): PreviewRequest {
  return {
    dataset,
    ...sourceOf(source),
    process_rule: toProcessRule(cutting),
    doc_form: cutting.form,
    ...(language ? { doc_language: language } : {}),
    ...(technique ? { indexing_technique: technique, embedding_provider: provider, embedding_model: model } : {}),
  };
}

const keyOf = (ws: Id, request: PreviewRequest) => ["ws", ws, "preview", request] as const;

/** How a source would be cut: asked once for each setting, then remembered. */
export const previewQuery = (ws: Id, source: PreviewSource, settings: PreviewSettings) => {
  const body = requestOf(source, settings);
  return queryOptions({
    queryKey: keyOf(ws, body),
    queryFn: ({ signal }) =>
      runJob<Preview>({ path: workspacePath(ws, "/knowledge/preview"), body }, (id) => workspacePath(ws, `/jobs/${id}`), signal),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
};

/** An estimate for everything; `unknown` sources could not be weighed and are not in it. */
export interface WholeEstimate extends Estimate {
  pieces: number;
  unknown: number;
}

/** Sums what was previewed, and takes what was not by its size in the same measure. Null while nothing was. */
export function wholeEstimate(rows: readonly { size: number | null; preview: Preview | undefined }[]): WholeEstimate | null {
  const seen = rows.flatMap(({ preview, size }) => (preview ? [{ preview, size: size ?? 0 }] : []));
  if (seen.length === 0) return null;
  const sum = (of: (preview: Preview) => number) => seen.reduce((all, { preview }) => all + of(preview), 0);
  const weighed = seen.reduce((all, { size }) => all + size, 0);
  const unseen = rows.filter(({ preview }) => !preview);
  const rest = unseen.reduce((all, { size }) => all + (size ?? 0), 0);
  const factor = weighed > 0 ? 1 + rest / weighed : 1;
  const priced = seen.every(({ preview }) => preview.estimate.cost_usd !== null);
  return {
    pieces: Math.round(sum(({ total }) => total) * factor),
    tokens: Math.round(sum(({ estimate }) => estimate.tokens) * factor),
    cost_usd: priced ? sum(({ estimate }) => estimate.cost_usd ?? 0) * factor : null,
    seconds: sum(({ estimate }) => estimate.seconds) * factor,
    unknown: unseen.filter(({ size }) => weighed === 0 || size === null).length,
  };
}

/** The estimate for all sources from what has been previewed with these settings so far. */
export function estimateFor(
  client: QueryClient,
  ws: Id,
  sources: readonly PreviewSource[],
  settings: PreviewSettings,
): WholeEstimate | null {
  return wholeEstimate(
    sources.map((source) => ({
      size: source.size,
      preview: client.getQueryData<Preview>(keyOf(ws, requestOf(source, settings))),
    })),
  );
}
