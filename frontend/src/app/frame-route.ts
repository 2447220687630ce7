import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { requireMe } from "@/app/guards";
import { NotFoundPage } from "@/app/not-found-page";
import { StartError } from "@/app/start-error";

export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: StartError });

/** Everything behind the sign-in. */
export const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  beforeLoad: ({ location }) => requireMe(location.href),
  component: lazyRouteComponent(() => import("@/app/frame")),
  errorComponent: StartError,
});

/** A parameter of the search that is a text; the router reads digits as a number. */
export const text = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value ? value : undefined;
};
