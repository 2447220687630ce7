import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { NotFoundPage } from "@/app/not-found-page";
import { PageSkeleton } from "@/components/page-skeleton";
import { RouteError } from "@/app/route-error";
import { requireMe, requireNobody, requireUninstalled } from "@/app/guards";
import { parseAppsSearch } from "@/features/apps/apps-search";
import { parseAnnotationsSearch, parseLogsSearch, parseOverviewSearch } from "@/features/insights/insights-search";
import { parseDatasetsSearch, parseDocumentsSearch } from "@/features/knowledge/knowledge-search";

const text = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value ? value : undefined;
};

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const install = createRoute({
  getParentRoute: () => root,
  path: "/install",
  beforeLoad: requireUninstalled,
  component: lazyRouteComponent(() => import("@/features/auth/install-page")),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  validateSearch: (search: Record<string, unknown>): { next?: string; reason?: string } => ({
    next: text(search.next),
    reason: text(search.reason),
  }),
  beforeLoad: requireNobody,
  component: lazyRouteComponent(() => import("@/features/auth/sign-in-page")),
});

/** Everything behind the sign-in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  beforeLoad: ({ location }) => requireMe(location.href),
  component: lazyRouteComponent(() => import("@/app/frame")),
});

const home = createRoute({
  getParentRoute: () => frame,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/home/home-page")),
});

const apps = createRoute({
  getParentRoute: () => frame,
  path: "/apps",
  validateSearch: parseAppsSearch,
  component: lazyRouteComponent(() => import("@/features/apps/apps-page")),
});

const newApp = createRoute({
  getParentRoute: () => frame,
  path: "/apps/new",
  validateSearch: (search: Record<string, unknown>): { tab?: string; template?: string } => ({
    tab: text(search.tab),
    template: text(search.template),
  }),
  component: lazyRouteComponent(() => import("@/features/apps/new-app-page")),
});

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
    welcome: text(search.welcome),
  }),
  component: lazyRouteComponent(() => import("@/features/canvas/canvas-page")),
});

export interface RunsSearch {
  state?: string;
  source?: string;
  page?: number;
}

const runs = createRoute({
  getParentRoute: () => app,
  path: "/runs",
  validateSearch: (search: Record<string, unknown>): RunsSearch => ({
    state: text(search.state),
    source: text(search.source),
    page: Number(search.page) > 1 ? Math.floor(Number(search.page)) : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/runs/run-history-page")),
});

const run = createRoute({
  getParentRoute: () => app,
  path: "/runs/$runId",
  validateSearch: (search: Record<string, unknown>): { node?: string; tab?: string } => ({
    node: text(search.node),
    tab: text(search.tab),
  }),
  component: lazyRouteComponent(() => import("@/features/runs/run-page")),
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

const knowledge = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge",
  validateSearch: parseDatasetsSearch,
  component: lazyRouteComponent(() => import("@/features/knowledge/datasets/datasets-page")),
});

const newDataset = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge/new",
  component: lazyRouteComponent(() => import("@/features/knowledge/add/new-dataset-page")),
});

const dataset = createRoute({
  getParentRoute: () => frame,
  path: "/knowledge/$datasetId",
  component: lazyRouteComponent(() => import("@/features/knowledge/dataset-layout")),
});

const datasetIndex = createRoute({
  getParentRoute: () => dataset,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/knowledge/$datasetId/documents", params, replace: true });
  },
});

const documents = createRoute({
  getParentRoute: () => dataset,
  path: "/documents",
  validateSearch: parseDocumentsSearch,
  component: lazyRouteComponent(() => import("@/features/knowledge/documents/documents-page")),
});

const addDocuments = createRoute({
  getParentRoute: () => dataset,
  path: "/add",
  component: lazyRouteComponent(() => import("@/features/knowledge/add/add-documents-page")),
});

/** `segment` is the piece to show, `search` words that pieces must have. */
export interface DocumentSearch {
  segment?: string;
  search?: string;
  page?: number;
}

const document = createRoute({
  getParentRoute: () => dataset,
  path: "/documents/$documentId",
  validateSearch: (search: Record<string, unknown>): DocumentSearch => ({
    segment: text(search.segment),
    search: text(search.search),
    page: Number(search.page) > 1 ? Math.floor(Number(search.page)) : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/knowledge/document/document-page")),
});

const retrieval = createRoute({
  getParentRoute: () => dataset,
  path: "/retrieval",
  validateSearch: (search: Record<string, unknown>): { query?: string; tab?: string; set?: string } => ({
    query: text(search.query),
    tab: text(search.tab),
    set: text(search.set),
  }),
  component: lazyRouteComponent(() => import("@/features/knowledge/retrieval/retrieval-page")),
});

const datasetSettings = createRoute({
  getParentRoute: () => dataset,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/knowledge/settings/settings-page")),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/settings-layout")),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/models", replace: true });
  },
});

const settingsModels = createRoute({
  getParentRoute: () => settings,
  path: "/models",
  validateSearch: (search: Record<string, unknown>): { add?: string } => ({ add: text(search.add) }),
  component: lazyRouteComponent(() => import("@/features/models/models-page")),
});

const settingsMembers = createRoute({
  getParentRoute: () => settings,
  path: "/members",
  component: lazyRouteComponent(() => import("@/features/settings/members-page")),
});

const settingsTokens = createRoute({
  getParentRoute: () => settings,
  path: "/tokens",
  component: lazyRouteComponent(() => import("@/features/settings/tokens-page")),
});

const settingsAccount = createRoute({
  getParentRoute: () => settings,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/settings/account-page")),
});

const settingsAbout = createRoute({
  getParentRoute: () => settings,
  path: "/about",
  component: lazyRouteComponent(() => import("@/features/settings/about-page")),
});

const tree = root.addChildren([
  install,
  signIn,
  frame.addChildren([
    home,
    apps,
    newApp,
    app.addChildren([appIndex, canvas, runs, run, logs, conversation, annotations, overview, publish]),
    knowledge,
    newDataset,
    dataset.addChildren([datasetIndex, documents, addDocuments, document, retrieval, datasetSettings]),
    settings.addChildren([settingsIndex, settingsModels, settingsMembers, settingsTokens, settingsAccount, settingsAbout]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFoundPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
