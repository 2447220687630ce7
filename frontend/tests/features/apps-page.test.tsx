import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { App } from "@/api/types";
import AppsPage from "@/features/apps/apps-page";
import { app, WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();

const APPS = `/api/workspaces/${WS}/apps`;
let stored: App[];
let queries: string[];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  queries = [];
  stored = [
    app(),
    app({
      id: "a2",
      name: "Support bot",
      mode: "advanced-chat",
      published: { id: "v", number: 3, name: "", created_at: "2026-11-19T00:00:00Z" },
    }),
  ];
  server.use(
    http.get(APPS, ({ request }) => {
      const { search, searchParams } = new URL(request.url);
      queries.push(search);
      const wanted = searchParams.get("search") ?? "";
      const results = stored.filter((one) => one.name.includes(wanted));
      return HttpResponse.json({ results, total: results.length, page: 1, limit: 24 });
    }),
    http.get(`/api/workspaces/${WS}/templates`, () => HttpResponse.json([])),
    http.delete(`${APPS}/:id`, ({ params }) => {
      stored = stored.filter((one) => one.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

describe("app list", () => {
  it("shows name, type and what is published", async () => {
    show(<AppsPage />, { path: "/apps" });
    const card = await screen.findByRole("article", { name: "Support bot" });
    expect(within(card).getByText("Chatflow")).toBeVisible();
    expect(within(card).getByText("v3, newer draft")).toBeVisible();
    expect(within(screen.getByRole("article", { name: "Translate" })).getByText("Draft only")).toBeVisible();
  });

  it("reads search, type and order from the URL and writes them back", async () => {
    const { router } = show(<AppsPage />, { path: "/apps?search=Trans&sort=name" });
    expect(await screen.findByRole("article", { name: "Translate" })).toBeVisible();
    expect(screen.queryByRole("article", { name: "Support bot" })).toBeNull();
    expect(queries[0]).toBe("?search=Trans&sort=name&page=1&limit=24");
    const user = userEvent.setup({ delay: null });
    await user.selectOptions(screen.getByLabelText("Type"), "Workflow");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ search: "Trans", mode: "workflow", sort: "name" }));
    await user.clear(screen.getByLabelText("Search apps"));
    await waitFor(() => expect(router.state.location.search).not.toHaveProperty("search", "Trans"));
  });

  it("says which filter leaves nothing, and clears it", async () => {
    show(<AppsPage />, { path: "/apps?search=zzz" });
    expect(await screen.findByText("Nothing is called or described like «zzz».")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(await screen.findByRole("article", { name: "Translate" })).toBeVisible();
    expect(screen.getByLabelText("Search apps")).toHaveValue("");
  });

  it("deletes a published app only when its name is typed", async () => {
    show(<AppsPage />, { path: "/apps" });
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Actions for Support bot" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    const dialog = await screen.findByRole("dialog");
    const confirm = within(dialog).getByRole("button", { name: "Delete" });
    expect(confirm).toBeDisabled();
    await user.type(within(dialog).getByLabelText("Type Support bot to confirm"), "Support bot");
    await user.click(confirm);
    await waitFor(() => expect(screen.queryByRole("article", { name: "Support bot" })).toBeNull());
    expect(screen.getByRole("article", { name: "Translate" })).toBeVisible();
  });

  it("shows the cause and tries again when the list cannot be read", async () => {
    server.use(
      http.get(APPS, () => HttpResponse.json({ code: "internal_error", message: "x", status: 500, details: {} }, { status: 500 }), {
        once: true,
      }),
    );
    show(<AppsPage />, { path: "/apps" });
    expect(await screen.findByText(/Something went wrong on the server/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("article", { name: "Translate" })).toBeVisible();
  });
});
