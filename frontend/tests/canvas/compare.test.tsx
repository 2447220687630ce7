import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, expect, it } from "vitest";
import type { FlowDocument, Version } from "@/api/types";
import { createEditorStore, EditorContext, type EditorStore } from "@/features/canvas/store";
import { Compare } from "@/features/canvas/versions/compare";
import { i18next } from "@/i18n";
import { LLM, nodeType, START, startNode, stubLayout, useEditorTexts } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
  await i18next.loadNamespaces(["versions", "diff"]);
});

const step = (id: string, title: string, data: Record<string, unknown> = {}) => ({
  id,
  position: { x: 300, y: 0 },
  data: { type: "llm", title, ...data },
});
const link = (source: string, target: string) => ({
  id: `${source}-${target}`,
  source,
  sourceHandle: "source",
  target,
  targetHandle: "target",
});
const prompt = (text: string) => [{ role: "system", text }];
const MODEL = { provider: "demo", name: "demo-chat", completion_params: { temperature: 0.2 } };
const OLD: FlowDocument = {
  graph: {
    nodes: [startNode, step("draft", "Draft", { model: MODEL, prompt_template: prompt("Be brief.") }), step("gone", "Polish")],
    edges: [link("start", "draft"), link("draft", "gone")],
  },
};
const NOW: FlowDocument = {
  graph: {
    nodes: [
      startNode,
      step("draft", "Draft", { model: { ...MODEL, completion_params: { temperature: 0.7 } }, prompt_template: prompt("Be very brief.") }),
    ],
    edges: [link("start", "draft")],
  },
};
const version = (id: string, number: number): Version => ({
  id,
  number,
  name: "",
  note: "",
  created_at: "2026-01-01T00:00:00Z",
  created_by: "Alice",
  live: number === 2,
});

beforeEach(() => {
  const path = `/api/workspaces/${WS}/apps/a1/versions`;
  server.use(
    http.get("/api/node-types", () => HttpResponse.json([START, LLM, nodeType("end")])),
    http.get(path, () => HttpResponse.json([version("v2", 2), version("v1", 1)])),
    http.get(`${path}/:id`, ({ params }) => HttpResponse.json({ ...version(String(params.id), 1), document: OLD })),
  );
});

function open(sides: string[] = []): EditorStore {
  const store = createEditorStore({ appId: "a1", workspaceId: WS, mode: "workflow", document: NOW, nodeTypes: [START, LLM] });
  show(
    <EditorContext.Provider value={store}>
      <Compare
        version="v1"
        other="draft"
        onSides={(one, two) => sides.push(`${one} ${two}`)}
        onClose={() => sides.push("closed")}
        autosave={null}
      />
    </EditorContext.Provider>,
  );
  return store;
}

it("lists what changed, marks the cards, and brings one setting back as an act that can be undone", async () => {
  const told: string[] = [];
  const store = open(told);
  const user = userEvent.setup({ delay: null });
  const list = await screen.findByRole("list", { name: "Changes" }, { timeout: 20_000 });
  expect(
    within(list)
      .getAllByRole("button")
      .map((button) => button.textContent),
  ).toEqual(["Draft: temperature 0.2 → 0.7, prompt (system) edited (+1 word)", "Removed «Polish» (llm)"]);
  // Nothing has a size here, so the canvas keeps its cards hidden, and hidden ones have no names.
  const card = (id: string) => document.querySelector(`[data-node-id="${id}"]`);
  expect(card("draft")).toHaveAttribute("data-diff", "changed");
  expect(card("draft")!.getAttribute("aria-label")).toContain("Draft, changed");
  expect(card("gone")).toHaveAttribute("data-diff", "removed");
  expect(card("start")).not.toHaveAttribute("data-diff");

  await user.keyboard("]");
  const section = await screen.findByRole("region", { name: "temperature" });
  expect(within(section).getByText("0.2")).toBeVisible();
  await user.click(within(section).getByRole("button", { name: "Restore this setting" }));
  const temperature = () => (store.getState().document.graph.nodes[1]!.data.model as typeof MODEL).completion_params.temperature;
  expect(temperature()).toBe(0.2);
  expect(within(list).getAllByRole("button", { name: /^Draft:/ })[0]).toHaveTextContent("Draft: prompt (system) edited (+1 word)");
  store.actions.undo();
  expect(temperature()).toBe(0.7);

  await user.click(screen.getByRole("button", { name: /^Removed/ }));
  await user.click(screen.getByRole("button", { name: "Bring back" }));
  expect(store.getState().document.graph.nodes.map(({ id }) => id)).toContain("gone");
  expect(store.getState().document.graph.edges.map(({ target }) => target)).toEqual(["draft", "gone"]);
  await waitFor(() => expect(within(list).getAllByRole("button", { name: /^Draft:/ })).toHaveLength(1));

  await user.keyboard("{Escape}{Escape}");
  expect(told).toEqual(["closed"]);
});
