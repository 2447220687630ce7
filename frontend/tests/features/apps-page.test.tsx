import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { App } from "@/api/types";
import AppsPage from "@/features/apps/apps-page";
import { app, WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
// The menus and tables of a list come by themselves, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 8000 });

const APPS = `/api/workspaces/${WS}/apps`;
let stored: App[];
let queries: string[];
let restored: string[];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  queries = [];
  restored = [];
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
    http.get(`/api/workspaces/${WS}/app-tags`, () => HttpResponse.json([{ name: "sales", apps: 1 }])),
    http.get(`/api/workspaces/${WS}/members`, () => HttpResponse.json([])),
    http.get(`/api/workspaces/${WS}/app-weeks`, () =>
      HttpResponse.json([
        { app_id: "a1", runs: 5, failed: 1, cost_usd: 0.25, days: [0, 0, 0, 0, 0, 2, 3].map((runs) => ({ runs, failed: 0, cost_usd: 0 })) },
      ]),
    ),
    http.patch(`${APPS}/:id`, async ({ params, request }) => {
      const change = (await request.json()) as Partial<App>;
      stored = stored.map((one) => (one.id === params.id ? { ...one, ...change } : one));
      return HttpResponse.json(stored.find((one) => one.id === params.id));
    }),
    http.post(`${APPS}/:id/undelete`, ({ params }) => {
      restored.push(String(params.id));
      return HttpResponse.json(app());
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
    await user.clear(screen.getByLabelText("Search names, prompts, steps"));
    await waitFor(() => expect(router.state.location.search).not.toHaveProperty("search", "Trans"));
  });

  it("says which filter leaves nothing, and clears it", async () => {
    show(<AppsPage />, { path: "/apps?search=zzz" });
    expect(await screen.findByText("No name, description, prompt or step title has «zzz».")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(await screen.findByRole("article", { name: "Translate" })).toBeVisible();
    expect(screen.getByLabelText("Search names, prompts, steps")).toHaveValue("");
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

  it("shows a week of runs in words and as a line", async () => {
    show(<AppsPage />, { path: "/apps" });
    const card = await screen.findByRole("article", { name: "Translate" });
    const line = await within(card).findByRole("img", { name: "5 runs in the last 7 days, 1 failed. By day: 0, 0, 0, 0, 0, 2, 3" });
    expect(line.querySelector("polyline")).toHaveAttribute("points", "0,20 12,20 24,20 36,20 48,20 60,6.7 72,0");
    expect(within(card).getByText("5 runs · $0.25")).toBeVisible();
    expect(within(screen.getByRole("article", { name: "Support bot" })).getByText("No runs in 7 days")).toBeVisible();
  });

  it("tags the chosen apps without touching their other tags", async () => {
    stored = [app({ tags: ["sales", "own"] }), app({ id: "a2", name: "Support bot", tags: ["sales"] })];
    show(<AppsPage />, { path: "/apps?view=table" });
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("checkbox", { name: "Choose all on this page" }));
    await user.click(await screen.findByRole("button", { name: "Tags" }));
    const dialog = await screen.findByRole("dialog", { name: "Tags of 2 apps" });
    await user.type(within(dialog).getByLabelText("Tags", { selector: "input" }), "new{Enter}");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(stored.map((one) => one.tags)).toEqual([
        ["sales", "own", "new"],
        ["sales", "new"],
      ]),
    );
  });

  it("lists the bin and takes an app out of it", async () => {
    show(<AppsPage />, { path: "/apps?bin=true" });
    const row = await screen.findByRole("article", { name: "Translate" });
    expect(queries[0]).toContain("deleted=true");
    await userEvent.click(within(row).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(restored).toEqual(["a1"]));
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
