import { screen, waitFor } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import type { FlowNode } from "@/api/types";
import { EditorContext } from "@/features/canvas/store";
import { FailureCard } from "@/features/runs/failure-card";
import { i18next } from "@/i18n";
import { answerModels, LLM, makeStore, quickUser, START, startNode, useEditorTexts } from "../support/editor";
import { show } from "../support/render";
import { useServer } from "../support/server";

const ask: FlowNode = {
  id: "ask",
  position: { x: 300, y: 0 },
  data: { type: "llm", title: "Ask", model: { provider: "openai", name: "gpt-x", mode: "chat", completion_params: {} } },
};
const ERROR = { code: "provider_rate_limited", message: "Too many calls.", nodeId: "ask", nodeTitle: "Ask", details: {} };

useServer();

beforeAll(async () => {
  await useEditorTexts();
  await i18next.loadNamespaces(["failures"]);
});

function open(readOnly = false) {
  answerModels();
  const store = makeStore([startNode, ask], [START, LLM], { readOnly });
  show(
    <EditorContext.Provider value={store}>
      <FailureCard error={ERROR} nodeId="ask" nodeTitle="Ask" />
    </EditorContext.Provider>,
  );
  return { store, data: () => store.getState().document.graph.nodes.find((node) => node.id === "ask")!.data };
}

it("says the cause and what to do, and changes the flow by a button, with the way back", async () => {
  const { data } = open();
  const user = quickUser();
  expect(await screen.findByText(/its rate limit is reached/)).toBeInTheDocument();
  expect(await screen.findByRole("button", { name: "Use demo-chat" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Try 3 times" }));
  expect(data().retry_config).toEqual({ retry_enabled: true, max_retries: 3, retry_interval: 1000 });
  expect(screen.getByText("The node now tries 3 times.")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(data().retry_config).toBeUndefined();
  expect(screen.getByRole("button", { name: "Try 3 times" })).toBeInTheDocument();
});

it("offers no way back of its own once something else was changed", async () => {
  const { store, data } = open();
  const user = quickUser();
  await user.click(await screen.findByRole("button", { name: "Use demo-chat" }));
  expect(data().model).toMatchObject({ provider: "demo", name: "demo-chat" });
  store.actions.updateNodeData("start", (start) => {
    start.title = "Begin";
  });
  await waitFor(() => expect(screen.queryByRole("button", { name: "Undo" })).toBeNull());
});

it("offers nothing to those who may not edit", async () => {
  open(true);
  expect(await screen.findByText(/its rate limit is reached/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Try 3 times" })).toBeNull();
});
