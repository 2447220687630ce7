import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { LongWork } from "@/api/types";
import { endings } from "@/features/long-work/told";
import WorkTray from "@/features/long-work/work-tray";
import { WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
// The menus and tables of a list come by themselves, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 8000 });

const base: LongWork = {
  id: "w1",
  kind: "indexing",
  title: "Handbook",
  state: "running",
  done: 3,
  total: 8,
  failed: 0,
  started_at: "2026-11-20T10:00:00Z",
  changed_at: "2026-11-20T10:00:00Z",
  target: { dataset_id: "d1" },
  error: null,
  stoppable: true,
};

let works: LongWork[];
let posted: string[];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  works = [];
  posted = [];
  server.use(
    http.get(`/api/workspaces/${WS}/long-work`, () => HttpResponse.json(works)),
    http.post(`/api/workspaces/${WS}/long-work/:id/:verb`, ({ params }) => {
      posted.push(`${params.id as string}/${params.verb as string}`);
      works = [];
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

describe("endings", () => {
  const watched = { id: "w1", kind: "indexing", title: "Handbook" };

  it("tells of what has ended since, once", () => {
    expect(endings([watched], [{ ...base, state: "failed" }])).toEqual({ ended: [{ ...watched, state: "failed" }], watched: [] });
    expect(endings([watched], [])).toEqual({ ended: [{ ...watched, state: "succeeded" }], watched: [] });
    expect(endings([], [{ ...base, state: "failed" }])).toEqual({ ended: [], watched: [] });
  });

  it("goes on watching what runs", () => {
    expect(endings([watched], [base, { ...base, id: "w2" }])).toEqual({ ended: [], watched: [watched, { ...watched, id: "w2" }] });
  });
});

describe("tray of long work", () => {
  it("is not there while nothing runs", async () => {
    show(<WorkTray />);
    await waitFor(() => expect(screen.queryByRole("button")).toBeNull());
  });

  it("shows how far each is, leads there, and puts a failure out of sight with its cause told", async () => {
    works = [
      base,
      { ...base, id: "w2", title: "Prices", state: "failed", failed: 2, error: { code: "file_empty", message: "", what: "a.pdf" } },
    ];
    show(<WorkTray />);
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("button", { name: "Background work, 1 running, 1 failed" }));
    const tray = await screen.findByRole("dialog", { name: "Background work" });
    expect(within(tray).getByRole("progressbar")).toHaveAttribute("aria-valuetext", "3 of 8 documents");
    expect(within(tray).getByText("a.pdf: The file is empty.")).toBeVisible();
    await user.click(within(tray).getByRole("button", { name: "Put Prices out of sight" }));
    await waitFor(() => expect(posted).toEqual(["w2/hide"]));
  });
});
