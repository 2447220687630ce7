import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import ComparePage from "@/features/simple/compare/compare-page";
import { i18next } from "@/i18n";
import { app, WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

useServer();

const SETTINGS = {
  model: { provider: "demo", name: "demo-chat", mode: "chat" },
  pre_prompt: "Be kind.",
  prompt_type: "simple",
  user_input_form: [{ "text-input": { variable: "place", label: "Place", required: true, default: "" } }],
};
const MODELS = ["demo-chat", "other"].map((name) => ({ provider: "demo", provider_label: "Demo", name, enabled: true }));

/** Several screens' worth of work on a busy machine. */
const LONG = { timeout: 8000 };

interface Body {
  query: string;
  inputs: Record<string, unknown>;
  settings: { model: { name: string } };
  conversation_id?: string;
}
let sent: Body[];

/** The log of a run that ended. */
function detail(id: string) {
  const answer = `Answer of ${id}`;
  const events = [
    { type: "run_started", seq: 1, at: 1000.1 },
    { type: "answer_delta", seq: 2, at: 1000.5, text: answer, selector: ["llm", "text"] },
    { type: "run_finished", seq: 3, at: 1001, status: "succeeded", answer, outputs: {}, usage: { total_tokens: 9 }, elapsed_s: 0.9 },
  ];
  return { id, app_id: "a1", state: "succeeded", answer, cursor: "1-3", events, document: {}, inputs: {}, outputs: {} };
}

beforeEach(async () => {
  await useLanguage("en");
  await i18next.loadNamespaces(["simple", "simple-compare", "runs", "panel", "problems", "canvas"]);
  // Loaded when it is first needed, which may take longer than a test waits.
  await import("@/features/runs/markdown-inner");
  document.cookie = "csrftoken=t; path=/";
  localStorage.clear();
  sent = [];
  server.use(
    http.get(`/api/workspaces/${WS}/models`, () => HttpResponse.json(MODELS)),
    http.post(`/api/workspaces/${WS}/apps/:id/runs`, async ({ request }) => {
      const body = (await request.json()) as Body;
      sent.push(body);
      if (body.settings.model.name === "other") {
        const problem = { code: "x", severity: "error", node_id: null, field: "model_config.model", params: {}, message: "No such model." };
        return HttpResponse.json(
          { code: "flow_has_errors", message: "no", status: 422, details: { problems: [problem] } },
          { status: 422 },
        );
      }
      const run = { id: `r${sent.length}`, created_at: "1970-01-01T00:16:40Z", conversation_id: `c${sent.length}` };
      return HttpResponse.json(run, { status: 202 });
    }),
    http.get(`/api/workspaces/${WS}/runs/:id`, ({ params }) => HttpResponse.json(detail(String(params.id)))),
  );
});

/** What is shown at first may be replaced once the Markdown is ready. */
const shown = (column: HTMLElement, text: string) => waitFor(() => expect(within(column).getByText(text)).toBeVisible(), LONG);

it("asks all variants the same, each in its own conversation, and puts one into the app", async () => {
  const used = vi.fn();
  show(<ComparePage app={app({ mode: "chat" })} settings={SETTINGS} onUse={used} onClose={() => undefined} />, { path: "/apps" });
  const user = userEvent.setup({ delay: null });
  const first = await screen.findByRole("region", { name: "Variant A" });
  expect(within(first).getByRole("button", { name: "Use this one: variant A" })).toBeDisabled();

  const message = screen.getByRole("textbox", { name: "Message to all variants" });
  await user.click(message);
  await user.paste("When?");
  await user.click(screen.getByRole("button", { name: "Send to all" }));
  expect(sent).toEqual([]);
  await user.click(screen.getByLabelText(/^Place/));
  await user.paste("Lea");
  await user.click(screen.getByRole("button", { name: "Send to all" }));
  await shown(first, "Answer of r1");
  expect(within(first).getByText("500ms")).toBeVisible();
  const second = screen.getByRole("region", { name: "Variant B" });
  await shown(second, "Answer of r2");
  expect(sent.map(({ query, inputs }) => [query, inputs])).toEqual([
    ["When?", { place: "Lea" }],
    ["When?", { place: "Lea" }],
  ]);

  await user.click(within(second).getByRole("combobox", { name: "Model that answers" }));
  await user.click(await screen.findByRole("option", { name: "Demo · other" }));
  await user.click(message);
  await user.paste("And then?");
  await user.keyboard("{Enter}");
  expect(await within(second).findByText("No such model.", {}, LONG)).toBeVisible();
  await shown(first, "Answer of r3");
  expect(sent.slice(2).map(({ conversation_id: id }) => id)).toEqual(["c1", "c2"]);

  await user.click(within(second).getByRole("button", { name: "Use this one: variant B" }));
  expect(used.mock.calls[0]?.[0]).toMatchObject({ model: { name: "other" }, prompt: null });
  await waitFor(() => expect(localStorage.getItem("tidemill.compare.a1")).toContain("other"));
});
