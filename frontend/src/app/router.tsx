import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { appTree } from "@/app/app-routes";
import { frame, root, text } from "@/app/frame-route";
import { requireNobody, requireUninstalled } from "@/app/guards";
import { knowledgeTree } from "@/app/knowledge-routes";
import { FramedNotFound, NotFoundPage } from "@/app/not-found-page";
import { RouteError } from "@/app/route-error";
import { PageSkeleton } from "@/components/page-skeleton";
import { parseAppsSearch } from "@/features/apps/apps-search";

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

const settingsAppearance = createRoute({
  getParentRoute: () => settings,
  path: "/appearance",
  component: lazyRouteComponent(() => import("@/features/settings/appearance-page")),
});

const settingsAbout = createRoute({
  getParentRoute: () => settings,
  path: "/about",
  component: lazyRouteComponent(() => import("@/features/settings/about-page")),
});

const missing = createRoute({ getParentRoute: () => frame, path: "$", component: FramedNotFound });

const tree = root.addChildren([
  install,
  signIn,
  frame.addChildren([
    home,
    apps,
    newApp,
    appTree,
    ...knowledgeTree,
    settings.addChildren([
      settingsIndex,
      settingsModels,
      settingsMembers,
      settingsTokens,
      settingsAccount,
      settingsAppearance,
      settingsAbout,
    ]),
    missing,
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
