import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents } from "@/features/canvas/run-reducer";
import { RunAgainContext } from "@/features/runs/run-parts";
import VariablesTab from "@/features/runs/variables/variables-tab";
import { quickUser, stubLayout, useEditorTexts } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
});
beforeEach(() => {
  document.cookie = "csrftoken=x";
});

const RUN = foldEvents(EMPTY_RUN, [
  { type: "run_started", seq: 1, at: 1, inputs: { topic: "tides" } },
  {
    ...{ type: "node_finished", seq: 2, at: 2, node_run_id: "n1", node_id: "llm", node_type: "llm", title: "Draft", path: "" },
    ...{ index: 1, attempt: 1, status: "succeeded", outputs: { text: "ebb", rows: [1] } },
  },
  { type: "run_finished", seq: 3, at: 3, status: "succeeded", usage: {} },
] as RunEvent[]);

describe("the variables of a run", () => {
  it("are edited, reset, and run from", async () => {
    const user = quickUser();
    const forkAll = vi.fn();
    const again = { starting: false, failed: false, usual: "draft" as const, restart: vi.fn(), fork: vi.fn(), forkAll };
    const onRunFrom = vi.fn();
    show(
      <RunAgainContext.Provider value={again}>
        <VariablesTab run={RUN} runId="r1" appId="a1" conversationId={null} onRunFrom={onRunFrom} />
      </RunAgainContext.Provider>,
    );
    await user.click(await screen.findByRole("button", { name: "Run from Draft with these values" }));
    expect(onRunFrom).toHaveBeenCalledWith("llm");
    await user.click(screen.getByRole("button", { name: /^text/ }));
    const detail = within(screen.getByRole("region", { name: "Draft · text" }));
    await user.click(detail.getByRole("button", { name: "Edit" }));
    const field = detail.getByRole("textbox", { name: "Value of Draft · text" });
    await user.clear(field);
    await user.type(field, "flood");
    await user.click(detail.getByRole("button", { name: "Keep" }));
    expect(screen.getByRole("status")).toHaveTextContent("Values of 1 step are edited");
    await user.click(screen.getByRole("button", { name: "Run what follows" }));
    expect(forkAll).toHaveBeenCalledWith({ llm: { text: "flood" } });
    await user.click(screen.getByRole("button", { name: "Reset" }));
    expect(screen.queryByRole("status")).toBeNull();
    // Inputs are not the outputs of a step.
    await user.click(screen.getByRole("button", { name: /^topic/ }));
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
  });

  it("of a conversation stand turn by turn, and are set", async () => {
    const user = quickUser();
    const body = (value: unknown) => ({
      variables: [{ id: "v1", name: "mood", type: "string", description: "", value, default: "calm" }],
      turns: [
        { run_id: "r0", query: "hi", created_at: "2026-01-01T00:00:00Z", changes: { mood: "glad" } },
        { run_id: "r1", query: "ho", created_at: "2026-01-01T00:00:00Z", changes: {} },
      ],
    });
    const sent: unknown[] = [];
    const path = `/api/workspaces/${WS}/apps/a1/conversations/c1/variables`;
    server.use(
      http.get(path, () => HttpResponse.json(body("glad"))),
      http.put(path, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(body("sad"));
      }),
    );
    show(<VariablesTab run={RUN} runId="r1" appId="a1" conversationId="c1" />);
    await user.click(await screen.findByText("Conversation"));
    const table = within(await screen.findByRole("table", { name: "Variables of the conversation, turn by turn" }));
    const cells = () =>
      within(table.getAllByRole("row")[1]!)
        .getAllByRole("cell")
        .map((cell) => cell.textContent);
    expect(cells()).toEqual(["calm", "glad", "·", "gladSet"]);
    await user.click(table.getByRole("button", { name: "Set mood" }));
    await user.click(screen.getByRole("button", { name: "Edit" }));
    const field = screen.getByRole("textbox", { name: "Value of mood" });
    await user.clear(field);
    await user.type(field, "sad");
    await user.click(screen.getByRole("button", { name: "Keep" }));
    await waitFor(() => expect(cells()[3]).toBe("sadSet"));
    expect(sent).toEqual([{ id: "v1", value: "sad" }]);
  });
});
