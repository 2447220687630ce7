import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { frame, text } from "@/app/frame-route";
import { parseRunsSearch } from "@/features/runs/runs-search";
import { parseAnnotationsSearch, parseLogsSearch, parseOverviewSearch } from "@/features/insights/insights-search";

const app = createRoute({
  getParentRoute: () => frame,
  path: "/app/$appId",
  component: lazyRouteComponent(() => import("@/features/apps/app-layout")),
});

const appIndex = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/app/$appId/canvas", params, replace: true });
  },
});

/** `welcome` marks the first visit from the guided start. */
export interface CanvasSearch {
  node?: string;
  panel?: string;
  run?: string;
  version?: string;
  /** What `version` is compared with: «draft» or another version's id. */
  diff?: string;
  welcome?: string;
}

const canvas = createRoute({
  getParentRoute: () => app,
  path: "/canvas",
  validateSearch: (search: Record<string, unknown>): CanvasSearch => ({
    node: text(search.node),
    panel: text(search.panel),
    run: text(search.run),
    version: text(search.version),
    diff: text(search.diff),
    welcome: text(search.welcome),
  }),
  component: lazyRouteComponent(() => import("@/features/canvas/canvas-page")),
});

const runs = createRoute({
  getParentRoute: () => app,
  path: "/runs",
  validateSearch: parseRunsSearch,
  component: lazyRouteComponent(() => import("@/features/runs/run-history-page")),
});

/** `at` is the `seq` of the event at which a replay stands. */
export interface RunSearch {
  node?: string;
  tab?: string;
  at?: number;
}

const run = createRoute({
  getParentRoute: () => app,
  path: "/runs/$runId",
  validateSearch: (search: Record<string, unknown>): RunSearch => ({
    node: text(search.node),
    tab: text(search.tab),
    at: Number(search.at) > 0 ? Math.floor(Number(search.at)) : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/runs/run-page")),
});

const compareRuns = createRoute({
  getParentRoute: () => app,
  path: "/runs/compare",
  validateSearch: (search: Record<string, unknown>): { a?: string; b?: string } => ({ a: text(search.a), b: text(search.b) }),
  component: lazyRouteComponent(() => import("@/features/runs/compare/compare-page")),
});

const logs = createRoute({
  getParentRoute: () => app,
  path: "/logs",
  validateSearch: parseLogsSearch,
  component: lazyRouteComponent(() => import("@/features/insights/logs/logs-page")),
});

const conversation = createRoute({
  getParentRoute: () => app,
  path: "/logs/$conversationId",
  validateSearch: (search: Record<string, unknown>): { message?: string } => ({ message: text(search.message) }),
  component: lazyRouteComponent(() => import("@/features/insights/logs/conversation-page")),
});

const annotations = createRoute({
  getParentRoute: () => app,
  path: "/annotations",
  validateSearch: parseAnnotationsSearch,
  component: lazyRouteComponent(() => import("@/features/insights/annotations/annotations-page")),
});

const evals = createRoute({
  getParentRoute: () => app,
  path: "/evals",
  validateSearch: (search: Record<string, unknown>): { set?: string } => ({ set: text(search.set) }),
  component: lazyRouteComponent(() => import("@/features/insights/evals/test-sets-page")),
});

const overview = createRoute({
  getParentRoute: () => app,
  path: "/overview",
  validateSearch: parseOverviewSearch,
  component: lazyRouteComponent(() => import("@/features/insights/overview/overview-page")),
});

const publish = createRoute({
  getParentRoute: () => app,
  path: "/publish",
  component: lazyRouteComponent(() => import("@/features/publish/publish-page")),
});

/** The pages of one app. */
export const appTree = app.addChildren([
  appIndex,
  canvas,
  runs,
  run,
  compareRuns,
  logs,
  conversation,
  annotations,
  evals,
  overview,
  publish,
]);
