import { act, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Run, RunDetail, RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, type RunView } from "@/features/canvas/run-reducer";
import ComparePage from "@/features/runs/compare/compare-page";
import RunHistoryPage from "@/features/runs/run-history-page";
import { createReplay } from "@/features/runs/scrubber/replay";
import { Scrubber } from "@/features/runs/scrubber/scrubber";
import { i18next } from "@/i18n";
import { LLM, quickUser, START } from "../support/editor";
import { WS } from "../support/fixtures";
import { show, useLanguage } from "../support/render";
import { server, useServer } from "../support/server";

vi.mock("@/features/canvas/flow-view", () => ({
  FlowView: ({ selectedNodeId, marks }: { selectedNodeId: string; marks: { diff: object } }) => (
    <output>{`${selectedNodeId} ${JSON.stringify(marks.diff)}`}</output>
  ),
}));

useServer();
beforeAll(async () => {
  await useLanguage();
  await i18next.loadNamespaces(["runs", "compare", "replay", "diff", "insights"]);
});
/** The first thing a screen shows waits for its data and its parts. */
const LOADED = { timeout: 10_000 };
const W = `/api/workspaces/${WS}`;
beforeEach(() => {
  server.use(
    http.get("/api/node-types", () => HttpResponse.json([START, LLM])),
    http.get(`${W}/apps/a1/versions`, () => HttpResponse.json([])),
    http.get(`${W}/apps/a1/runs/failures`, () =>
      HttpResponse.json({ nodes: [{ node_id: "draft", title: "Draft", runs: 2 }], codes: [{ code: "http_status", runs: 2 }] }),
    ),
  );
});

const run = (id: string, more: Partial<Run> = {}): Run => ({
  id,
  app_id: "a1",
  version_id: "v1",
  version_number: 1,
  mode: "workflow",
  source: "debug",
  state: "succeeded",
  inputs: { topic: "tides" },
  query: "",
  outputs: {},
  answer: "",
  error: null,
  total_tokens: 10,
  cost_usd: 0,
  steps: 2,
  elapsed_s: 1,
  conversation_id: null,
  message_id: null,
  part: null,
  started_by: "Ada",
  created_at: `2026-11-20T10:0${id.at(-1)}:00Z`,
  started_at: "2026-11-20T10:00:00Z",
  finished_at: "2026-11-20T10:00:01Z",
  ...more,
});

describe("the history", () => {
  const asked: URLSearchParams[] = [];
  beforeEach(() => {
    asked.length = 0;
    server.use(
      http.get(`${W}/apps/a1/runs`, ({ request }) => {
        asked.push(new URL(request.url).searchParams);
        return HttpResponse.json({ results: [run("r3"), run("r2"), run("r1")], total: 3, page: 1, limit: 30 });
      }),
    );
    show(<RunHistoryPage />, { path: "/app/a1/runs", route: "/app/$appId/runs" });
  });

  it("takes two ticked runs to their comparison, the older one first; a third lets the first go", async () => {
    const user = quickUser();
    const [newest, middle, oldest] = await screen.findAllByRole("checkbox", {}, LOADED);
    await user.click(newest!);
    expect(screen.getByRole("button", { name: "Compare" })).toBeDisabled();
    await user.click(oldest!);
    expect(screen.getByRole("link", { name: "Compare" })).toHaveAttribute("href", "/app/a1/runs/compare?a=r1&b=r3");
    await user.click(middle!);
    expect(newest).not.toBeChecked();
    expect(screen.getByText(/the one ticked first was let go/)).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Compare" })).toHaveAttribute("href", "/app/a1/runs/compare?a=r1&b=r2");
  });

  it("asks the server for what failed, and with the words of the search", async () => {
    const user = quickUser();
    await user.click(await screen.findByRole("combobox", { name: "Filter by the node that failed" }, LOADED));
    await user.click(await screen.findByRole("option", { name: "Draft (2)" }));
    await waitFor(() => expect(asked.at(-1)?.get("failed_node")).toBe("draft"), LOADED);
    await user.type(screen.getByRole("textbox", { name: "Search inputs and outputs" }), "moon");
    await waitFor(() => expect(asked.at(-1)?.get("search")).toBe("moon"), LOADED);
    expect(asked.at(-1)?.get("failed_node")).toBe("draft");
  });
});

const began = (at = 100): RunEvent => ({ type: "run_started", seq: 1, at, inputs: {} });
const step = (type: RunEvent["type"], seq: number, at: number, id: string, more: object = {}): RunEvent => ({
  type,
  seq,
  at,
  node_run_id: id,
  node_id: id,
  node_type: "llm",
  title: id.toUpperCase(),
  path: "",
  index: seq,
  attempt: 1,
  status: "succeeded",
  handle: "source",
  elapsed_s: 1,
  ...more,
});
const ended = (seq: number, at: number, outputs: object): RunEvent => ({
  type: "run_finished",
  seq,
  at,
  status: "succeeded",
  outputs,
  elapsed_s: 2,
  steps: 2,
});

describe("two runs", () => {
  const detail = (id: string, text: string): RunDetail => ({
    ...run(id),
    document: { graph: { nodes: [], edges: [] }, features: {} } as never,
    cursor: "1-9",
    events: [
      began(),
      step("node_finished", 2, 101, "plan", { outputs: { text: "same" } }),
      step("node_finished", 3, 102, "draft", { outputs: { text } }),
      ended(4, 102, { text }),
    ],
  });

  it("says where they part, lights it, and shows how the outputs differ", async () => {
    server.use(
      http.get(`${W}/runs/:run`, ({ params }) =>
        HttpResponse.json(detail(String(params.run), params.run === "r1" ? "low tide" : "high tide")),
      ),
    );
    show(<ComparePage />, { path: "/app/a1/runs/compare?a=r1&b=r2", route: "/app/$appId/runs/compare" });
    expect(await screen.findByText("They part at «DRAFT».", {}, LOADED)).toBeInTheDocument();
    expect(screen.getByText('draft {"draft":"changed"}')).toBeInTheDocument();
    const outputs = screen.getByRole("region", { name: "Outputs" });
    expect((await within(outputs).findByText("low", { exact: false, selector: "del" }, LOADED)).textContent).toBe("Removed: low ");
    expect(within(outputs).getByText("high", { exact: false, selector: "ins" }).textContent).toBe("Added: high ");
    const table = screen.getByRole("table", { name: "Node by node" });
    expect(within(table).getAllByRole("row")[1]).toHaveTextContent("PLANSame");
    expect(within(table).getAllByRole("row")[2]).toHaveTextContent("Differs: outputs");
    expect(screen.getByRole("region", { name: "Inputs" })).toHaveTextContent("The same in both.");
  });

  it("asks for two when it was not given two", async () => {
    show(<ComparePage />, { path: "/app/a1/runs/compare?a=r1&b=r1", route: "/app/$appId/runs/compare" });
    expect(await screen.findByRole("link", { name: "Go to the runs" }, LOADED)).toHaveAttribute("href", "/app/a1/runs");
  });
});

describe("the scrubber", () => {
  const log = [began(), step("node_started", 2, 100.5, "a"), step("node_finished", 3, 102, "a"), step("node_started", 4, 102, "b")];
  const Shown = ({ view, replay }: { view: RunView; replay: ReturnType<typeof createReplay> }) => (
    <Scrubber replay={replay} run={view} linkTo={(seq) => `at ${seq}`} />
  );

  it("speaks its instant, steps by keys, and goes back to a run that is still at work", async () => {
    const user = quickUser();
    const view = foldEvents(EMPTY_RUN, log);
    const replay = createReplay(log);
    show(<Shown view={view} replay={replay} />);
    const slider = await screen.findByRole("slider", { name: "Instant of the run" }, LOADED);
    expect(slider).toHaveAttribute("aria-valuetext", "2.00s of 2.00s, Live");
    act(() => slider.focus());
    await user.keyboard("{ArrowLeft}");
    expect(slider).toHaveAttribute("aria-valuetext", "2.00s of 2.00s, A succeeded");
    await user.keyboard("{ArrowLeft}");
    expect(slider).toHaveAttribute("aria-valuetext", "0.50s of 2.00s, A running");
    expect(slider).toHaveAttribute("aria-valuenow", "0.5");
    expect(replay.getState().shown?.nodes.a?.state).toBe("running");
    act(() => replay.load([...log, step("node_finished", 5, 104, "b")]));
    expect(slider).toHaveAttribute("aria-valuetext", "0.50s of 4.00s, A running");
    await user.click(screen.getByRole("button", { name: "Back to live" }));
    expect(replay.getState().place).toBeNull();
    expect(slider).toHaveAttribute("aria-valuenow", "4");
  });

  it("offers the end, not the present, of a run that is over", async () => {
    const all = [...log, step("node_finished", 5, 104, "b"), ended(6, 104, {})];
    show(<Shown view={foldEvents(EMPTY_RUN, all)} replay={createReplay(all)} />);
    expect(await screen.findByRole("slider", {}, LOADED)).toHaveAttribute("aria-valuetext", "4.00s of 4.00s, End of the run: Succeeded");
    expect(screen.getByRole("button", { name: "To the end" })).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Back to live" })).toBeNull();
  });
});
