import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { ImportResult, Missing } from "@/api/types";
import { ImportSteps } from "@/features/apps/import-steps";
import { fileText } from "@/features/apps/import-source";
import { rebindingOf, keyOf, WITHOUT } from "@/features/apps/rebinding";
import { app, WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();

const IMPORT = `/api/workspaces/${WS}/apps/import`;
const MODEL: Missing = {
  kind: "model",
  provider: "langgenius/openai/openai",
  name: "gpt-4o",
  type: "llm",
  node_ids: ["llm"],
  choices: [{ provider: "demo", name: "demo-chat", label: "Demo" }],
};
const OTHER: Missing = { ...MODEL, name: "gpt-3.5-turbo", node_ids: ["llm2"] };
const SECRET: Missing = { kind: "secret", provider: "", name: "TOKEN", type: "", node_ids: [], choices: [] };
const DATASET: Missing = { kind: "dataset", provider: "", name: "old", type: "", node_ids: ["k"], choices: [] };

function result(missing: Missing[]): ImportResult {
  const line = { title: "", message: "", notes: [] };
  return {
    app: app(),
    missing,
    problems: [],
    report: [
      { ...line, node_id: "llm", title: "Ask", type: "llm", status: "exact" },
      {
        ...line,
        node_id: "t",
        title: "Search",
        type: "tool",
        status: "placeholder",
        notes: [{ code: "placeholder", params: { type: "tool" }, message: "English" }],
      },
    ],
  } as ImportResult;
}

let posted: Record<string, unknown>[];
let rebound: Record<string, unknown>[];

beforeEach(async () => {
  await useLanguage("en");
  document.cookie = "csrftoken=t; path=/";
  posted = [];
  rebound = [];
  server.use(
    http.post(IMPORT, async ({ request }) => {
      posted.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json(result([MODEL, OTHER, SECRET]), { status: 201 });
    }),
    http.post(`/api/workspaces/${WS}/apps/:id/rebind`, async ({ request }) => {
      rebound.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json({ draft: {}, missing: [] });
    }),
  );
});

describe("import", () => {
  it("takes pasted text, tells what is missing and puts something in its place", async () => {
    show(<ImportSteps />);
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("tab", { name: "Paste" }));
    await user.type(screen.getByLabelText("Text of the file"), "kind: app");
    await user.click(screen.getByRole("button", { name: "Import" }));
    const models = await screen.findByRole("region", { name: "Models" });
    expect(posted).toEqual([{ content: "kind: app" }]);
    expect(within(models).getByText("Ask")).toBeVisible();
    expect(screen.getByText("Search")).toBeVisible();
    expect(screen.getByText(/Steps of the type tool are kept/)).toBeVisible();
    await user.click(within(models).getByRole("combobox", { name: "Use this model for all of them" }));
    await user.click(await screen.findByRole("option", { name: "Demo · demo-chat" }));
    await user.type(screen.getByLabelText("Value of TOKEN"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Put in place" }));
    expect(await screen.findByText("Put in place. The app lacks nothing more.")).toBeVisible();
    expect(rebound).toEqual([
      { models: [], unknown_models: { provider: "demo", name: "demo-chat" }, datasets: [], secrets: [{ name: "TOKEN", value: "s3cret" }] },
    ]);
  });

  it("sends an address as it is", async () => {
    show(<ImportSteps appId="a1" />);
    const user = userEvent.setup({ delay: null });
    await user.click(await screen.findByRole("tab", { name: "From the web" }));
    await user.type(screen.getByLabelText("Address of the file"), "https://github.com/a/b/blob/main/x.yml{Enter}");
    await screen.findByText(/draft of «.*» is replaced/);
    expect(posted).toEqual([{ url: "https://github.com/a/b/blob/main/x.yml", app_id: "a1" }]);
  });

  it("names what is drawn wrong and offers to import all the same", async () => {
    const problem = { code: "cycle", severity: "error", node_id: "llm", field: null, params: { nodes: "A, B" }, message: "English" };
    server.use(
      http.post(IMPORT, async ({ request }) => {
        const body = (await request.json()) as { mend?: boolean };
        posted.push(body);
        if (body.mend) return HttpResponse.json(result([]), { status: 201 });
        const details = { problems: [problem], mendable: true };
        return HttpResponse.json({ code: "invalid_flow", message: "wrong", status: 422, details }, { status: 422 });
      }),
    );
    show(<ImportSteps first={Promise.resolve({ content: "x" })} />);
    const wrong = await screen.findByRole("list", { name: "What is wrong" });
    expect(wrong).toHaveTextContent("A, B");
    await userEvent.click(screen.getByRole("button", { name: "Import it all the same" }));
    expect(await screen.findByRole("link", { name: "Open on the canvas" })).toBeVisible();
    expect(posted).toEqual([{ content: "x" }, { content: "x", mend: true }]);
  });
});

describe("files", () => {
  it.each([
    ["UTF-8", [0xef, 0xbb, 0xbf, 0xe6, 0xbd, 0xae]],
    ["UTF-16", [0xff, 0xfe, 0x6e, 0x6f]],
    ["UTF-16, the other way round", [0xfe, 0xff, 0x6f, 0x6e]],
    ["no mark", [0xe6, 0xbd, 0xae]],
  ])("are read by their mark: %s", async (_name, bytes) => {
    expect(await fileText(new Blob([new Uint8Array(bytes)]))).toBe("潮");
  });
});

describe("what is put in place", () => {
  it("keeps each choice apart from what is for all", () => {
    const picked = { [keyOf(MODEL)]: "demo\ndemo-chat", [keyOf(DATASET)]: WITHOUT, [keyOf(SECRET)]: "" };
    expect(rebindingOf([MODEL, OTHER, DATASET, SECRET], picked, null)).toEqual({
      models: [{ from: { provider: MODEL.provider, name: "gpt-4o" }, to: { provider: "demo", name: "demo-chat" } }],
      unknown_models: null,
      datasets: [{ from: "old", to: null }],
      secrets: [],
    });
  });
});
