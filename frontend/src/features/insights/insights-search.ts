import { type PeriodSearch, parsePeriod } from "@/features/insights/period";

/** Ways by which an app is used; the last two are the studio's own test runs, and everything. */
export const CHANNELS = ["web", "embed", "api", "openai", "mcp", "debug", "all"] as const;
export type Channel = (typeof CHANNELS)[number];
export const RATINGS = ["like", "dislike", "rated", "unrated"] as const;
/** Orders of conversations, and those of the runs of a workflow. */
export const LOG_SORTS = ["-last_at", "-created_at", "created_at", "-turns", "-tokens", "-cost_usd"] as const;
export const RUN_SORTS = ["-created_at", "created_at", "-elapsed_s", "-total_tokens", "-cost_usd"] as const;
export type LogsSort = (typeof LOG_SORTS)[number] | (typeof RUN_SORTS)[number];
export const LOGS_PERIOD = "30d";
export const OVERVIEW_PERIOD = "7d";

/** What of the logs stands in the URL. `user` is an end user's id or a part of the caller's own name for him, `version` an id. */
export interface LogsSearch extends PeriodSearch {
  search?: string;
  source?: Channel;
  rating?: (typeof RATINGS)[number];
  error?: "yes" | "no";
  annotated?: "yes" | "no";
  user?: string;
  version?: string;
  sort?: LogsSort;
  page?: number;
}

export const ANNOTATION_SORTS = ["-created_at", "created_at", "-hit_count", "-last_hit_at"] as const;

export interface AnnotationsSearch {
  search?: string;
  sort?: (typeof ANNOTATION_SORTS)[number];
  page?: number;
}

export interface OverviewSearch extends PeriodSearch {
  source?: Channel;
}

const words = (value: unknown) => (value === undefined || value === null || value === "" ? undefined : String(value));
const channel = (value: unknown) => CHANNELS.find((one) => one === value);
const yesOrNo = (value: unknown) => (["yes", "no"] as const).find((one) => one === value);

function pageOf(value: unknown): number | undefined {
  const page = Math.floor(Number(value));
  return page > 1 ? page : undefined;
}

export function parseLogsSearch(raw: Record<string, unknown>): LogsSearch {
  return {
    ...parsePeriod(raw, LOGS_PERIOD),
    search: words(raw.search),
    source: channel(raw.source),
    rating: RATINGS.find((one) => one === raw.rating),
    error: yesOrNo(raw.error),
    annotated: yesOrNo(raw.annotated),
    user: words(raw.user),
    version: words(raw.version),
    sort: [...LOG_SORTS, ...RUN_SORTS].find((one) => one === raw.sort),
    page: pageOf(raw.page),
  };
}

export function parseAnnotationsSearch(raw: Record<string, unknown>): AnnotationsSearch {
  return {
    search: words(raw.search),
    sort: ANNOTATION_SORTS.find((one) => one === raw.sort && one !== "-created_at"),
    page: pageOf(raw.page),
  };
}

export function parseOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  return { ...parsePeriod(raw, OVERVIEW_PERIOD), source: channel(raw.source) };
}

/** How many filters narrow the list; order and page are none. */
export function filtersIn({ search, source, rating, error, annotated, user, version, period }: LogsSearch): number {
  return [search, source, rating, error, annotated, user, version, period].filter((value) => value !== undefined).length;
}
