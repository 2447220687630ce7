import { type PeriodSearch, parsePeriod, spanOf } from "@/features/insights/period";

export const RUNS_PERIOD = "all";
export const STATES = ["queued", "running", "paused", "succeeded", "partial_succeeded", "failed", "stopped"] as const;
export const SOURCES = ["debug", "api", "web", "embed", "openai", "mcp"] as const;
export const SORTS = ["-created_at", "created_at", "-elapsed_s", "-total_tokens", "-cost_usd"] as const;

/** The filters of the run history, as they stand in the URL. `version` is an id or `draft`. */
export interface RunsSearch extends PeriodSearch {
  search?: string;
  state?: (typeof STATES)[number];
  source?: (typeof SOURCES)[number];
  version?: string;
  node?: string;
  error?: string;
  sort?: (typeof SORTS)[number];
  page?: number;
}

const words = (value: unknown): string | undefined => (value === undefined || value === null || value === "" ? undefined : String(value));

/** Reads the filters from the URL; what makes no sense there is dropped. */
export function parseRunsSearch(raw: Record<string, unknown>): RunsSearch {
  const page = Math.floor(Number(raw.page));
  return {
    ...parsePeriod(raw, RUNS_PERIOD),
    search: words(raw.search),
    state: STATES.find((one) => one === raw.state),
    source: SOURCES.find((one) => one === raw.source),
    version: words(raw.version),
    node: words(raw.node),
    error: words(raw.error),
    sort: SORTS.find((one) => one === raw.sort && one !== "-created_at"),
    page: page > 1 ? page : undefined,
  };
}

/** Whether anything narrows the list; order and page do not. */
export function isFiltered({ search, state, source, version, node, error, period }: RunsSearch): boolean {
  return [search, state, source, version, node, error, period].some((value) => value !== undefined);
}

/** What the server is asked with. */
export function runsParams(filter: RunsSearch, limit: number): Record<string, string | number | boolean | undefined> {
  const { start, end } = spanOf(filter, RUNS_PERIOD);
  const draft = filter.version === "draft";
  return {
    from: start?.toISOString(),
    to: end?.toISOString(),
    search: filter.search,
    state: filter.state,
    source: filter.source,
    version: draft ? undefined : filter.version,
    draft: draft || undefined,
    failed_node: filter.node,
    error_code: filter.error,
    sort: filter.sort,
    page: filter.page,
    limit,
  };
}
