import type { AppMode } from "@/api/types";

export type AppsSort = "-updated_at" | "name" | "-created_at";
export const APPS_SORTS: readonly AppsSort[] = ["-updated_at", "name", "-created_at"];
export const APP_MODES: readonly AppMode[] = ["workflow", "advanced-chat", "chat", "completion", "agent-chat"];

/** Apps of these modes are drawn on the canvas; the others are settings. */
export const isDrawn = (mode: AppMode): boolean => mode === "workflow" || mode === "advanced-chat";

/** What of the app list stands in the URL. */
export interface AppsSearch {
  search?: string;
  mode?: AppMode;
  sort?: AppsSort;
  view?: "table";
  page?: number;
}

export function parseAppsSearch(raw: Record<string, unknown>): AppsSearch {
  const page = Math.floor(Number(raw.page));
  return {
    search: raw.search === undefined || raw.search === "" ? undefined : String(raw.search),
    mode: APP_MODES.find((mode) => mode === raw.mode),
    sort: APPS_SORTS.find((sort) => sort === raw.sort && sort !== "-updated_at"),
    view: raw.view === "table" ? "table" : undefined,
    page: page > 1 ? page : undefined,
  };
}
