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

/** An estimate for everything; `unknown` sources are of a kind of which none was looked at, and are not in it. */
export interface WholeEstimate extends Estimate {
  pieces: number;
  unknown: number;
}

/** Sources of one kind are about as long for their size; those of two are not: a picture in a Word file weighs and says nothing. */
function kindOf(source: PreviewSource): string {
  return source.kind === "page" || source.kind === "text" ? source.kind : (/\.([^.]+)$/.exec(source.name)?.[1]?.toLowerCase() ?? "");
}

/** One source of each kind, to estimate the others by. */
export function samplesOf(sources: readonly PreviewSource[], most = 16): PreviewSource[] {
  const kinds = new Map<string, PreviewSource>();
  for (const source of sources) if (!kinds.has(kindOf(source))) kinds.set(kindOf(source), source);
  return [...kinds.values()].slice(0, most);
}

interface Row {
  source: PreviewSource;
  preview: Preview | undefined;
}

/** The estimate for sources of one kind, null where none of them was previewed. */
function estimateOfKind(rows: readonly Row[]): (Estimate & { pieces: number }) | null {
  const seen = rows.flatMap(({ preview, source }) => (preview ? [{ preview, weight: source.size ?? 1 }] : []));
  if (seen.length === 0) return null;
  const all = rows.reduce((sum, { source }) => sum + (source.size ?? 1), 0);
  const weighed = seen.reduce((sum, { weight }) => sum + weight, 0);
  const factor = weighed > 0 ? all / weighed : 1;
  const sum = (of: (preview: Preview) => number) => factor * seen.reduce((total, { preview }) => total + of(preview), 0);
  const priced = seen.every(({ preview }) => preview.estimate.cost_usd !== null);
  return {
    pieces: sum(({ total }) => total),
    tokens: sum(({ estimate }) => estimate.tokens),
    cost_usd: priced ? sum(({ estimate }) => estimate.cost_usd ?? 0) : null,
    seconds: sum(({ estimate }) => estimate.seconds),
  };
}

/** Sums what was previewed, and takes what was not by its size in the measure of its kind. Null while nothing was. */
export function wholeEstimate(rows: readonly Row[]): WholeEstimate | null {
  const kinds = new Map<string, Row[]>();
  for (const row of rows) kinds.set(kindOf(row.source), [...(kinds.get(kindOf(row.source)) ?? []), row]);
  const groups = [...kinds.values()].map((group) => ({ count: group.length, found: estimateOfKind(group) }));
  const known = groups.flatMap(({ found }) => (found ? [found] : []));
  if (known.length === 0) return null;
  const sum = (of: (found: Estimate & { pieces: number }) => number) => known.reduce((total, found) => total + of(found), 0);
  return {
    pieces: Math.round(sum(({ pieces }) => pieces)),
    tokens: Math.round(sum(({ tokens }) => tokens)),
    cost_usd: known.every(({ cost_usd }) => cost_usd !== null) ? sum(({ cost_usd }) => cost_usd ?? 0) : null,
    seconds: sum(({ seconds }) => seconds),
    unknown: groups.reduce((total, { count, found }) => total + (found ? 0 : count), 0),
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
    sources.map((source) => ({ source, preview: client.getQueryData<Preview>(keyOf(ws, requestOf(source, settings))) })),
  );
}
