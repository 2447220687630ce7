import type { AppMode, Id } from "@/api/types";

export type AppsSort = "-updated_at" | "name" | "-created_at";
export const APPS_SORTS: readonly AppsSort[] = ["-updated_at", "name", "-created_at"];
export const APP_MODES: readonly AppMode[] = ["workflow", "advanced-chat", "chat", "completion", "agent-chat"];

export type AppsView = "cards" | "table";
const STORED_VIEW = "tidemill-apps-view";

/** How the list was last looked at on this device. */
export function storedView(): AppsView {
  return localStorage.getItem(STORED_VIEW) === "table" ? "table" : "cards";
}

export function storeView(view: AppsView): void {
  localStorage.setItem(STORED_VIEW, view);
}

/** Apps of these modes are drawn on the canvas; the others are settings. */
export const isDrawn = (mode: AppMode): boolean => mode === "workflow" || mode === "advanced-chat";

/** What of the app list stands in the URL. */
export interface AppsSearch {
  search?: string;
  mode?: AppMode;
  tag?: string;
  /** Who made it: a member's id. */
  owner?: Id;
  /** What was deleted, instead of the apps. */
  bin?: true;
  sort?: AppsSort;
  view?: AppsView;
  page?: number;
}

export function parseAppsSearch(raw: Record<string, unknown>): AppsSearch {
  const page = Math.floor(Number(raw.page));
  return {
    search: raw.search === undefined || raw.search === "" ? undefined : String(raw.search),
    mode: APP_MODES.find((mode) => mode === raw.mode),
    sort: APPS_SORTS.find((sort) => sort === raw.sort && sort !== "-updated_at"),
    tag: raw.tag === undefined || raw.tag === "" ? undefined : String(raw.tag),
    owner: typeof raw.owner === "string" && raw.owner ? raw.owner : undefined,
    bin: raw.bin === true || undefined,
    view: raw.view === "table" || raw.view === "cards" ? raw.view : undefined,
    page: page > 1 ? page : undefined,
  };
}

const FILTERS = ["search", "mode", "tag", "owner"] as const;

/** Which filters are set, by name. */
export const filtersOf = (search: AppsSearch): (typeof FILTERS)[number][] => FILTERS.filter((name) => Boolean(search[name]));
