import { act, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FlowNode, NodeType, RunEvent } from "@/api/types";
import { EditorContext, type EditorInit, type EditorStore } from "@/features/canvas/store";
import { RunDock } from "@/features/runs/run-dock";
import { LLM, makeStore, nodeType, START, startNode, stubLayout, useEditorTexts, quickUser } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
});
beforeEach(() => {
  sessionStorage.clear();
  document.cookie = "csrftoken=x";
  server.use(http.get("/api/node-types", () => HttpResponse.json([START, LLM])));
});

const NODES: FlowNode[] = [startNode, { id: "llm", position: { x: 0, y: 0 }, data: { type: "llm", title: "Draft" } }];
const RUN = { id: "r1", app_id: "a1", conversation_id: "c1" };
let seq = 0;
const event = (type: RunEvent["type"], more: Record<string, unknown> = {}): RunEvent => ({
  type,
  seq: (seq += 1),
  at: 1_700_000_000 + seq,
  ...more,
});
const step = (more: Record<string, unknown> = {}) => ({
  node_run_id: "n1",
  node_id: "llm",
  node_type: "llm",
  title: "Draft",
  path: "",
  index: 1,
  attempt: 1,
  ...more,
});

async function open(more: Partial<EditorInit> = {}, saveNow: () => Promise<boolean> = () => Promise.resolve(true)): Promise<EditorStore> {
  seq = 0;
  const store = makeStore(NODES, [START, LLM, nodeType("answer")] satisfies NodeType[], more);
  store.setState({ saveNow });
  show(
    <EditorContext.Provider value={store}>
      <RunDock />
    </EditorContext.Provider>,
  );
  await screen.findByRole("tab", { name: "Trace" });
  return store;
}
const tell = (store: EditorStore, ...events: RunEvent[]) => act(async () => store.actions.applyRunEvents(events));

function accept() {
  const bodies: unknown[] = [];
  server.use(
    http.post(`/api/workspaces/${WS}/apps/a1/runs`, async ({ request }) => {
      bodies.push(await request.json());
      return HttpResponse.json(RUN, { status: 202 });
    }),
  );
  return bodies;
}

describe("saved inputs", () => {
  it("keeps what stands in the form under a name, and fills it in again", async () => {
    await open();
    const user = quickUser();
    const topic = screen.getByLabelText(/Topic/);
    await user.type(topic, "tides");
    await user.click(screen.getByRole("button", { name: "Saved inputs" }));
    await user.type(await screen.findByRole("textbox", { name: "Keep the inputs of the form as" }), "Sea{Enter}");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.clear(topic);
    await user.click(screen.getByRole("button", { name: "Saved inputs" }));
    await user.click(await screen.findByRole("button", { name: "Fill in Sea" }));
    expect(topic).toHaveValue("tides");
    await user.click(screen.getByRole("button", { name: "Saved inputs" }));
    await user.click(await screen.findByRole("button", { name: "Remove Sea" }));
    expect(screen.getByText("Nothing is kept yet.")).toBeInTheDocument();
  });
});

describe("a workflow", () => {
  it("asks for required inputs, saves first, then runs and shows what comes", async () => {
    const order: string[] = [];
    const bodies = accept();
    const store = await open({}, () => {
      order.push("saved");
      return Promise.resolve(true);
    });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Run" }));
    expect(screen.getByText("Fill in «Topic».")).toBeInTheDocument();
    expect(order).toEqual([]);

    await user.type(screen.getByLabelText(/Topic/), "tides");
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(bodies).toEqual([{ inputs: { topic: "tides", ready: false } }]));
    expect(order).toEqual(["saved"]);
    expect(store.getState().activeRunId).toBe("r1");
    expect(await screen.findByRole("button", { name: "Stop" })).toBeInTheDocument();

    await tell(
      store,
      event("run_started", { inputs: {} }),
      event("node_started", step()),
      event("answer_delta", { text: "Tides ", selector: ["llm", "text"] }),
      event("answer_delta", { text: "rise.", selector: ["llm", "text"] }),
    );
    expect(await screen.findByText("Tides rise.")).toBeInTheDocument();

    await tell(
      store,
      event(
        "node_finished",
        step({
          status: "succeeded",
          inputs: { q: 1 },
          process: { prompts: [{ role: "user", text: "About tides" }] },
          outputs: { text: "Tides rise." },
          usage: { total_tokens: 12, cost_usd: 0.002 },
          elapsed_s: 1.5,
        }),
      ),
      event("run_finished", {
        status: "succeeded",
        outputs: { result: "Tides rise.", list: [1, 2] },
        usage: { total_tokens: 12, cost_usd: 0.002 },
        elapsed_s: 2,
        steps: 1,
      }),
    );
    expect(screen.getByRole("button", { name: "Run" })).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "result", expanded: true })).toBeInTheDocument();
    expect(screen.getAllByText("Succeeded").length).toBeGreaterThan(0);

    await user.click(screen.getByRole("tab", { name: "Trace" }));
    const trace = within(await screen.findByRole("list", { name: "Steps" }));
    expect(trace.getByRole("button")).toHaveTextContent(/Draft.*Succeeded.*1.5s.*12 tokens.*\$0.002/);
    await user.click(screen.getByRole("button", { name: "Prompt as sent" }));
    expect(screen.getByText("About tides")).toBeInTheDocument();
  });

  it("does not run what could not be saved", async () => {
    const bodies = accept();
    await open({ sample: { inputs: { topic: "x" }, query: "" } }, () => Promise.resolve(false));
    await quickUser().click(screen.getByRole("button", { name: "Run" }));
    expect(await screen.findByText("The draft could not be saved")).toBeInTheDocument();
    expect(bodies).toEqual([]);
  });

  it("names what must be mended and goes there", async () => {
    const problems = [{ code: "model_missing", severity: "error", node_id: "llm", field: "model", params: {}, message: "" }];
    server.use(
      http.post(`/api/workspaces/${WS}/apps/a1/runs`, () =>
        HttpResponse.json({ code: "flow_has_errors", message: "", status: 422, details: { problems } }, { status: 422 }),
      ),
    );
    const store = await open({ sample: { inputs: { topic: "x" }, query: "" } });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Run" }));
    expect(await screen.findByText("1 thing must be mended first")).toBeInTheDocument();
    expect(screen.getByText("Choose a model for this node.")).toBeInTheDocument();
    expect(store.getState().problems).toEqual(problems);
    await user.click(screen.getByRole("button", { name: "Show it" }));
    expect(store.getState().focusRequest).toMatchObject({ nodeId: "llm", field: "model" });
  });

  it("puts the server's refusal of an input at its field", async () => {
    server.use(
      http.post(`/api/workspaces/${WS}/apps/a1/runs`, () =>
        HttpResponse.json({ code: "invalid_input", message: "Topic is odd.", status: 400, details: { field: "topic" } }, { status: 400 }),
      ),
    );
    await open({ sample: { inputs: { topic: "x" }, query: "" } });
    await quickUser().click(screen.getByRole("button", { name: "Run" }));
    expect(await screen.findByText("Topic is odd.")).toBeInTheDocument();
    await quickUser().type(screen.getByLabelText(/Topic/), "y");
    expect(screen.queryByText("Topic is odd.")).toBeNull();
  });

  it("names node, cause, code and next act of a failure, and opens the node", async () => {
    accept();
    const store = await open({ sample: { inputs: { topic: "x" }, query: "" } });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(store.getState().activeRunId).toBe("r1"));
    const error = { code: "provider_unauthorized", message: "401 bad key", node_id: "llm", node_title: "Draft", details: {} };
    await tell(
      store,
      event("run_started"),
      event("node_started", step()),
      event("node_finished", step({ status: "failed", error })),
      event("run_finished", { status: "failed", error }),
    );
    const card = within(await screen.findByRole("alert", { name: /«Draft» failed/ }));
    expect(card.getByText("The provider refused the key.")).toBeInTheDocument();
    expect(card.getByText("401 bad key")).toBeInTheDocument();
    expect(card.getByText("provider_unauthorized")).toBeInTheDocument();
    expect(card.getByText(/Replace the key/)).toBeInTheDocument();
    await user.click(card.getByRole("button", { name: "Open «Draft»" }));
    expect(store.getState().openNodeId).toBe("llm");
  });

  it("stops, remembers the inputs, and hands its controls to the keyboard", async () => {
    accept();
    const stopped = vi.fn();
    server.use(
      http.post(`/api/workspaces/${WS}/runs/r1/stop`, () => {
        stopped();
        return HttpResponse.json({}, { status: 202 });
      }),
    );
    const store = await open();
    let ready: boolean | undefined = true;
    act(() => {
      ready = store.getState().runControls?.ready();
    });
    expect(ready).toBe(false);
    await quickUser().type(screen.getByLabelText(/Topic/), "kept");
    expect(store.getState().runControls?.ready()).toBe(true);
    act(() => store.getState().runControls?.start());
    await waitFor(() => expect(store.getState().activeRunId).toBe("r1"));
    act(() => store.getState().runControls?.stop());
    await waitFor(() => expect(stopped).toHaveBeenCalledOnce());
    expect(JSON.parse(localStorage.getItem("tidemill.inputs.a1") ?? "{}")).toMatchObject({ values: { topic: "kept" } });
  });

  it("fills the form from pasted JSON", async () => {
    await open();
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Paste JSON" }));
    const box = await screen.findByRole("textbox", { name: "Paste JSON" });
    const { EditorView } = await import("@codemirror/view");
    act(() => EditorView.findFromDOM(box)?.dispatch({ changes: { from: 0, insert: '{"topic":"pasted","zz":1}' } }));
    expect(await screen.findByText(/no inputs named zz/)).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Fill in the form" }));
    expect(screen.getByLabelText(/Topic/)).toHaveValue("pasted");
  });
});

describe("a chatflow", () => {
  const chat: Partial<EditorInit> = {
    mode: "advanced-chat",
    document: {
      graph: { nodes: [{ ...startNode, data: { ...startNode.data, variables: [] } }, NODES[1] as FlowNode], edges: [] },
      features: { opening_statement: "Welcome!", suggested_questions: ["Why tides?"] },
    },
  };

  it("greets, suggests, keeps the conversation, links each answer to its run", async () => {
    const bodies = accept();
    const store = await open(chat);
    const user = quickUser();
    expect(await screen.findByText("Welcome!")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Why tides?" }));
    await waitFor(() => expect(bodies).toEqual([{ inputs: {}, query: "Why tides?" }]));
    await tell(
      store,
      event("run_started"),
      event("answer_delta", { text: "The moon.", selector: [] }),
      event("run_finished", { status: "succeeded", answer: "The moon." }),
    );
    expect(await screen.findByText("The moon.")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "See the run" })).toHaveAttribute("href", "/app/a1/runs/r1");
    await user.type(screen.getByRole("textbox", { name: "Message" }), "And?{Enter}");
    await waitFor(() => expect(bodies[1]).toEqual({ inputs: {}, query: "And?", conversation_id: "c1" }));
    await tell(store, event("run_finished", { status: "succeeded", answer: "Also the sun." }));
    await user.click(screen.getByRole("button", { name: "New conversation" }));
    expect(screen.queryByText("The moon.")).toBeNull();
  });

  it("does not send on the Enter of an input method", async () => {
    const bodies = accept();
    await open(chat);
    const box = screen.getByRole("textbox", { name: "Message" });
    await quickUser().type(box, "你");
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }));
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true }));
    await Promise.resolve();
    expect(bodies).toEqual([]);
    expect(box).toHaveValue("你");
  });
});

describe("the trace", () => {
  it("names the start of a container by its type, since it has no title", async () => {
    server.use(
      http.get("/api/node-types", () =>
        HttpResponse.json([START, LLM, { ...nodeType("llm"), type: "iteration-start", title: { en: "Start of a round" } }]),
      ),
    );
    const store = await open();
    act(() => store.actions.setRun("r1"));
    const entry = { node_run_id: "n0", node_id: "eachstart", node_type: "iteration-start", title: "eachstart", path: "each:0" };
    await tell(
      store,
      event("run_started", { reason: "initial" }),
      event("node_started", step(entry)),
      event("node_started", step({ index: 2 })),
    );
    await quickUser().click(screen.getByRole("tab", { name: "Trace" }));
    expect(await screen.findByRole("button", { name: /Start of a round/ })).toBeVisible();
    expect(screen.getByRole("button", { name: /Draft/ })).toBeVisible();
    expect(screen.queryByText("eachstart")).toBeNull();
  });
});

describe("a form that is not complete", () => {
  it("brings the field that stops the run into view", async () => {
    const seen = vi.spyOn(Element.prototype, "scrollIntoView");
    await open();
    await quickUser().click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(seen.mock.contexts.some((one) => (one as Element).getAttribute("aria-invalid") === "true")).toBe(true));
  });
});
