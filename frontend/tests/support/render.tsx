import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { keys } from "@/api/keys";
import { makeQueryClient } from "@/app/query-client";
import { theme } from "@/app/theme";
import { parseAppsSearch } from "@/features/apps/apps-search";
import { i18next } from "@/i18n";
import { me } from "./fixtures";

/** Loads every text, so that nothing suspends while a test looks at it. */
export async function useLanguage(language: "en" | "zh-Hans" = "en"): Promise<void> {
  await i18next.changeLanguage(language);
  await i18next.loadNamespaces(["common", "errors", "auth", "home", "apps", "models", "settings", "publish"]);
}

const APP_ROUTES = ["canvas", "publish", "runs", "runs/compare", "runs/$runId"].map((part) => `/app/$appId/${part}`);

interface Options {
  path?: string;
  /** The route of the path, where that has parameters. */
  route?: string;
  signedIn?: boolean;
}

/** Shows a screen as the router would, signed in as the owner unless told otherwise. Routes it leads to are empty. */
export function show(screen: ReactNode, { path = "/", route = path.split("?")[0] ?? "/", signedIn = true }: Options = {}) {
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  if (signedIn) client.setQueryData(keys.me, me);
  const Screen = () => <Suspense fallback={null}>{screen}</Suspense>;
  const root = createRootRoute({ component: Outlet });
  const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Outlet });
  const part = (address: string) =>
    createRoute({
      getParentRoute: () => (address === "/signin" || address === "/install" ? root : frame),
      path: address,
      validateSearch: address === "/apps" ? parseAppsSearch : undefined,
      component: address === route ? Screen : () => <p>{`at ${address}`}</p>,
    });
  const inFrame = ["/", "/apps", "/apps/new", "/settings/models", ...APP_ROUTES].map(part);
  const tree = root.addChildren([part("/signin"), part("/install"), frame.addChildren(inFrame)]);
  const router = createRouter({ routeTree: tree, history: createMemoryHistory({ initialEntries: [path] }) });
  const view = render(
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} env="test">
        <RouterProvider router={router as never} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { ...view, router, client };
}
