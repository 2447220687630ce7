import { configure, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { Find } from "@/api/types";
import CommandBar, { offeredFor } from "@/app/command-bar";
import { useCommandGroups } from "@/lib/commands";
import { type Recent, withRecent } from "@/lib/recents";
import { WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
// The menus and tables of a list come by themselves, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 8000 });

const look = { id: "a9", name: "Polite reply", icon: "🌊", icon_background: "#D9ECF0", mode: "workflow" as const };
const finds: Find[] = [
  { kind: "app", id: "a9", title: "Polite reply", hint: "", app: look, dataset_id: null },
  { kind: "document", id: "x1", title: "terms.pdf", hint: "Handbook", app: null, dataset_id: "d1" },
];

beforeEach(async () => {
  await useLanguage("en");
  server.use(
    http.get(`/api/workspaces/${WS}/find`, ({ request }) =>
      HttpResponse.json(new URL(request.url).searchParams.get("q") === "kind" ? finds : []),
    ),
  );
});

const recent = (id: string): Recent => ({ kind: "app", id, title: id, to: `/app/${id}/canvas`, part: "canvas" });

describe("what was open lately", () => {
  it("has each thing once, the latest first, and not more than ten", () => {
    const list = ["a", "b", "a", "c"].reduce<Recent[]>((before, id) => withRecent(before, recent(id)), []);
    expect(list.map(({ id }) => id)).toEqual(["c", "a", "b"]);
    expect([..."abcdefghijklm"].reduce<Recent[]>((before, id) => withRecent(before, recent(id)), [])).toHaveLength(10);
  });
});

describe("offeredFor", () => {
  it("ignores case and width and drops empty groups", () => {
    const groups = [
      { group: "Go to", actions: [{ id: "1", label: "Models", description: "Settings" }] },
      { group: "More", actions: [{ id: "2", label: "Theme: Dark" }] },
    ];
    expect(offeredFor("ＭＯＤ", groups).map(({ group }) => group)).toEqual(["Go to"]);
    expect(offeredFor("settings", groups)[0]?.actions).toHaveLength(1);
  });
});

describe("command bar", () => {
  it("offers what was open lately first, then the page's commands with their keys", async () => {
    localStorage.setItem(`tidemill-recent-${WS}`, JSON.stringify([{ ...recent("a1"), title: "Translate" }]));
    useCommandGroups.getState().put("Canvas", [{ id: "fit", label: "Fit the view", keys: ["Shift", "1"], run: () => undefined }]);
    show(<CommandBar onClose={() => undefined} onShortcuts={() => undefined} />);
    const [first] = await screen.findAllByRole("option").catch(() => screen.findAllByRole("button"));
    expect(first).toHaveTextContent("Translate");
    expect(screen.getByText("Fit the view")).toBeVisible();
    expect(screen.getByText("Shift")).toBeVisible();
    useCommandGroups.getState().put("Canvas", null);
  });

  it("finds by what is not in the name, and says what to do when nothing is found", async () => {
    show(<CommandBar onClose={() => undefined} onShortcuts={() => undefined} />);
    const user = userEvent.setup({ delay: null });
    const field = await screen.findByLabelText("Command bar", { selector: "input" });
    await user.type(field, "kind");
    await waitFor(() => expect(screen.getByText("Polite reply")).toBeVisible(), { timeout: 4000 });
    expect(screen.getByText("terms.pdf")).toBeVisible();
    await user.clear(field);
    await user.type(field, "zzzz");
    await waitFor(() => expect(screen.getByText(/Nothing matches «zzzz»/)).toBeVisible(), { timeout: 4000 });
  });
});
