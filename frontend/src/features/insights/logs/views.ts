import { type LogsSearch, parseLogsSearch } from "@/features/insights/insights-search";

/** Filters that somebody gave a name. */
export interface SavedView {
  name: string;
  search: LogsSearch;
}

const stored = (appId: string) => `tidemill-log-views:${appId}`;
const MOST = 20;

/** What of the URL makes a view: all but the page. */
export function viewOf(search: LogsSearch): LogsSearch {
  return Object.fromEntries(Object.entries(search).filter(([name, value]) => name !== "page" && value !== undefined)) as LogsSearch;
}

export function sameView(a: LogsSearch, b: LogsSearch): boolean {
  const text = (search: LogsSearch) => JSON.stringify(Object.entries(viewOf(search)).sort());
  return text(a) === text(b);
}

/** The views kept on this device; what cannot be read is none. */
export function readViews(appId: string, storage: Pick<Storage, "getItem"> = localStorage): SavedView[] {
  try {
    const raw: unknown = JSON.parse(storage.getItem(stored(appId)) ?? "[]");
    if (!Array.isArray(raw)) return [];
    return raw
      .filter((one): one is { name: string; search: Record<string, unknown> } => typeof one?.name === "string" && Boolean(one.search))
      .map(({ name, search }) => ({ name, search: viewOf(parseLogsSearch(search)) }));
  } catch {
    return [];
  }
}

/** Adds a view, or replaces the one of that name; the newest first. */
export function withView(views: readonly SavedView[], view: SavedView): SavedView[] {
  return [view, ...views.filter(({ name }) => name !== view.name)].slice(0, MOST);
}

export function keepViews(appId: string, views: readonly SavedView[], storage: Pick<Storage, "setItem"> = localStorage): void {
  try {
    storage.setItem(stored(appId), JSON.stringify(views));
  } catch {
    // Storage may be full or switched off: the views then last until the page is left.
  }
}
