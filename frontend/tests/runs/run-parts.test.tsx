import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FlowNode, RunEvent } from "@/api/types";
import { EditorContext, type EditorStore } from "@/features/canvas/store";
import { NodePanel } from "@/features/panel/node-panel";
import { RunDock } from "@/features/runs/run-dock";
import { useParts } from "@/features/runs/run-parts";
import { i18next } from "@/i18n";
import { answerModels, LLM, makeStore, nodeType, quickUser, START, startNode, stubLayout, useEditorTexts } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
  await i18next.loadNamespaces(["failures"]);
});
beforeEach(() => {
  document.cookie = "csrftoken=x";
  answerModels();
  useParts.setState({ alone: null, to: null, starting: false, started: null, failure: null });
  server.use(http.get("/api/node-types", () => HttpResponse.json([START, LLM, CODE])));
});

const CODE = nodeType("code", { title: { en: "Code" }, error_handling: true });
const NODES: FlowNode[] = [
  startNode,
  { id: "llm", position: { x: 0, y: 0 }, data: { type: "llm", title: "Draft" } },
  { id: "code", position: { x: 0, y: 0 }, data: { type: "code", title: "Count" } },
];
const PARTS = `/api/workspaces/${WS}/apps/a1/partial-runs`;
const part = { kind: "node", node_id: "code", run_id: "r0", kept_nodes: 0, kept_tokens: 0, kept_cost_usd: 0 };

async function open(): Promise<EditorStore> {
  const store = makeStore(NODES, [START, LLM, CODE]);
  store.actions.openNode("code");
  show(
    <EditorContext.Provider value={store}>
      <NodePanel />
      <RunDock />
    </EditorContext.Provider>,
  );
  await screen.findByRole("tab", { name: "Trace" });
  return store;
}

/** Takes parts, and tells what was asked for. */
function take(answer: Record<string, unknown> = {}) {
  const bodies: Record<string, unknown>[] = [];
  server.use(
    http.post(PARTS, async ({ request }) => {
      bodies.push((await request.json()) as Record<string, unknown>);
      return HttpResponse.json({ run: { id: "r1", part }, kept: [], again: [], ...answer }, { status: 202 });
    }),
  );
  return bodies;
}

function needs(list: object[]) {
  server.use(
    http.get(`${PARTS}/needs`, () => HttpResponse.json({ node_id: "code", title: "Count", type: "code", run_id: "r0", needs: list })),
  );
}

const need = {
  selector: ["llm", "text"],
  source_title: "Draft",
  source_type: "llm",
  type: "string",
  required: true,
  has_value: true,
  value: "from the last run",
  omitted: false,
};

let seq = 0;
const event = (type: RunEvent["type"], more: Record<string, unknown> = {}): RunEvent => ({
  type,
  seq: (seq += 1),
  at: 1_700_000_000 + seq,
  ...more,
});
const tell = (store: EditorStore, ...events: RunEvent[]) => act(async () => store.actions.applyRunEvents(events));
const step = { node_run_id: "n1", node_id: "code", node_type: "code", title: "Count", path: "", index: 1, attempt: 1, elapsed_s: 0.1 };
const failure = {
  code: "code_failed",
  message: "The code failed in line 2.",
  node_id: "code",
  node_title: "Count",
  details: { line: 2, traceback: "Traceback…" },
};

async function failedRun(store: EditorStore) {
  seq = 0;
  act(() => store.actions.setRun("r0"));
  await tell(
    store,
    event("run_started", { inputs: {} }),
    event("node_finished", { ...step, status: "failed", outputs: {}, inputs: {}, process: {}, error: failure }),
    event("run_finished", { status: "failed", error: failure, outputs: {}, elapsed_s: 1 }),
  );
}

describe("run this node", () => {
  it("asks for what the node uses, filled in from the last run", async () => {
    const store = await open();
    const bodies = take();
    needs([need]);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Run this node" }));
    const field = await screen.findByRole("textbox", { name: "Draft · text" });
    expect(field).toHaveValue("from the last run");
    fireEvent.change(field, { target: { value: "mine" } });
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Run" }));
    await waitFor(() => expect(store.getState().activeRunId).toBe("r1"));
    expect(bodies).toEqual([{ kind: "node", node_id: "code", values: { llm: { text: "mine" } }, run_id: "r0" }]);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole("note", { name: /kept/ })).toHaveTextContent("A single node.");
  });

  it("does not start without a value that is needed", async () => {
    await open();
    const bodies = take();
    needs([{ ...need, has_value: false, value: null }]);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Run this node" }));
    await user.click(await within(await screen.findByRole("dialog")).findByRole("button", { name: "Run" }));
    expect(await screen.findByText(/cannot do without it/)).toBeInTheDocument();
    expect(bodies).toEqual([]);
  });
});

describe("parts", () => {
  it("runs to a node with the inputs of the test form", async () => {
    const store = await open();
    const bodies = take({ run: { id: "r1", part: { ...part, kind: "to" } } });
    const user = quickUser();
    await user.type(screen.getByRole("textbox", { name: "Topic" }), "mills");
    await user.click(screen.getByRole("button", { name: "More for this node" }));
    await user.click(await screen.findByRole("menuitem", { name: "Run to here" }));
    await waitFor(() => expect(store.getState().activeRunId).toBe("r1"));
    expect(bodies).toEqual([{ kind: "to", node_id: "code", inputs: { topic: "mills", ready: false } }]);
  });

  it("says why it cannot run from a node that was not reached, and offers to run to it", async () => {
    await open();
    server.use(
      http.post(PARTS, () => HttpResponse.json({ code: "node_not_reached", message: "no", status: 422, details: {} }, { status: 422 }), {
        once: true,
      }),
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "More for this node" }));
    await user.click(await screen.findByRole("menuitem", { name: "Run from here with the last values" }));
    expect(await screen.findByText(/never came to this node/)).toBeInTheDocument();
    const bodies = take();
    await user.type(screen.getByRole("textbox", { name: "Topic" }), "x");
    await user.click(screen.getByRole("button", { name: "Run to it instead" }));
    await waitFor(() => expect(bodies).toMatchObject([{ kind: "to", node_id: "code" }]));
  });

  it("restarts a failed run from the failed node, and shows what is kept and why the rest runs", async () => {
    const store = await open();
    await failedRun(store);
    const bodies = take({
      run: { id: "r1", part: { ...part, kind: "restart", kept_nodes: 2, kept_tokens: 30 } },
      kept: [{ node_id: "llm", title: "Draft", type: "llm", count: 1, total_tokens: 30, cost_usd: 0, edited: false }],
      again: [{ node_id: "code", title: "Count", type: "code", reason: "failed" }],
    });
    await quickUser().click(await screen.findByRole("button", { name: "Restart from the failed node" }));
    await waitFor(() => expect(store.getState().activeRunId).toBe("r1"));
    expect(bodies).toEqual([{ kind: "restart", run_id: "r0", version: "draft" }]);
    expect(await screen.findByText(/Kept: Draft/)).toHaveTextContent("«Count» runs again: it failed.");
    await tell(
      store,
      event("run_started", { inputs: {} }),
      event("node_kept", {
        ...step,
        node_run_id: "k",
        node_id: "llm",
        node_type: "llm",
        title: "Draft",
        status: "succeeded",
        outputs: { text: "x" },
        usage: { total_tokens: 30 },
        run_id: "r0",
      }),
    );
    expect(screen.getByRole("list", { name: "Steps" })).toHaveTextContent("Kept");
    expect(store.getState().run).toMatchObject({ tokens: 0, steps: 0 });
    expect(store.getState().runs.llm).toMatchObject({ state: "succeeded", kept: { runId: "r0", edited: false }, tokens: 0 });
  });

  it("runs what follows with an edited value", async () => {
    const store = await open();
    seq = 0;
    act(() => store.actions.setRun("r0"));
    await tell(
      store,
      event("run_started", { inputs: {} }),
      event("node_finished", { ...step, status: "succeeded", outputs: { n: 1, text: "a" }, inputs: {}, process: {} }),
      event("run_finished", { status: "succeeded", outputs: {}, elapsed_s: 1 }),
    );
    const bodies = take();
    const user = quickUser();
    await user.click(screen.getByRole("tab", { name: "Trace" }));
    await user.click(screen.getByRole("button", { name: "Edit value and run from here" }));
    const group = screen.getByRole("group", { name: "Outputs of Count, edited" });
    expect(within(group).getByRole("button", { name: "Run what follows" })).toBeDisabled();
    const editor = await within(group).findByRole("textbox");
    const { EditorView } = await import("@codemirror/view");
    const view = EditorView.findFromDOM(editor as HTMLElement)!;
    act(() => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: '{"n": 2, "text": "a"}' } }));
    await user.click(within(group).getByRole("button", { name: "Run what follows" }));
    await waitFor(() => expect(bodies).toEqual([{ kind: "fork", run_id: "r0", values: { code: { n: 2 } } }]));
  });

  it("turns on retries where another try may help", async () => {
    const store = await open();
    seq = 0;
    act(() => store.actions.setRun("r0"));
    const passing = { ...failure, code: "http_timeout", details: {} };
    await tell(
      store,
      event("node_finished", { ...step, status: "failed", outputs: {}, inputs: {}, process: {}, error: passing }),
      event("run_finished", { status: "failed", error: passing, outputs: {}, elapsed_s: 1 }),
    );
    await quickUser().click(await screen.findByRole("button", { name: /^Try \d+ times$/ }));
    expect(store.getState().document.graph.nodes[2]?.data.retry_config).toMatchObject({ retry_enabled: true });
  });
});
