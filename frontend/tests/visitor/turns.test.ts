import { describe, expect, it } from "vitest";
import { applyFrame, type Frame, newTurn, rewound, stacked, type StoredMessage, type Turn, turnOf } from "@/visitor/chat/turns";

const asked = () => newTurn("a", "When is high tide?", []);
const told = (...frames: Frame[]): Turn => frames.reduce((turn, frame) => applyFrame(turn, frame, "1-7"), asked());
const node = (event: string, more: Record<string, unknown> = {}): Frame => ({
  event,
  workflow_run_id: "run",
  data: { id: "n1", node_id: "llm", node_type: "llm", title: "Look", ...more },
});
const form = { form_id: "f", node_id: "human", node_title: "Ask", form_content: "", inputs: [], actions: [], expiration_time: 9e9 };

describe("a running answer", () => {
  it("grows by its deltas and ends with its sources", () => {
    const turn = told(
      { event: "workflow_started", workflow_run_id: "run", message_id: "m", task_id: "run", data: { reason: "initial" } },
      { event: "message", message_id: "m", answer: "At " },
      { event: "message", message_id: "m", answer: "noon." },
      { event: "message_end", message_id: "m", metadata: { retriever_resources: [{ position: 1, document_name: "Tides" }] } },
      {
        event: "workflow_finished",
        workflow_run_id: "run",
        data: { status: "succeeded", outputs: { answer: "At noon." }, elapsed_time: 2 },
      },
    );
    expect(turn).toMatchObject({ answer: "At noon.", status: "done", messageId: "m", runId: "run", cursor: "1-7", seconds: 2 });
    expect(turn.sources[0]?.document_name).toBe("Tides");
  });

  it("is replaced where the server says so", () => {
    expect(told({ event: "message", answer: "wrong" }, { event: "message_replace", answer: "right" }).answer).toBe("right");
  });

  it("keeps a failure over the end that follows it", () => {
    const turn = told(
      { event: "error", message: "Look: no key" },
      { event: "message_end", metadata: null },
      { event: "workflow_finished", data: { status: "failed", error: "x" } },
    );
    expect(turn).toMatchObject({ status: "failed", error: "Look: no key" });
  });

  it("tells its steps, one by one, and again after a retry", () => {
    const running = told(node("node_started"), node("node_retry"));
    expect(running.steps).toMatchObject([{ title: "Look", status: "retry" }]);
    const done = applyFrame(running, node("node_finished", { status: "succeeded", elapsed_time: 1.5 }));
    expect(done.steps).toMatchObject([{ status: "succeeded", seconds: 1.5 }]);
    expect(applyFrame(running, { event: "workflow_finished", data: { status: "stopped" } }).steps[0]?.status).toBe("stopped");
  });

  it("waits for a form and goes on when it is answered", () => {
    const waiting = told({ event: "human_input_required", data: form }, { event: "workflow_paused", data: {} });
    expect(waiting).toMatchObject({ status: "paused", forms: [{ state: "waiting" }] });
    const answered = applyFrame(waiting, {
      event: "human_input_form_filled",
      data: { node_id: "human", action_text: "Yes", rendered_content: "ok" },
    });
    expect(answered).toMatchObject({ status: "answering", forms: [{ state: "answered", action: "Yes", content: "ok" }] });
  });

  it("starts over when it is told from its first frame again", () => {
    const turn = rewound(told({ event: "message", message_id: "m", answer: "half an ans" }));
    expect(turn).toMatchObject({ answer: "", status: "answering", messageId: "m" });
  });

  it("takes no notice of what it does not know", () => {
    expect(told({ event: "tts_message", audio: "x" })).toMatchObject({ answer: "", steps: [] });
  });
});

const stored = (more: Partial<StoredMessage>): StoredMessage => ({
  id: "m",
  inputs: {},
  query: "q",
  answer: "a",
  status: "normal",
  error: null,
  message_files: [],
  feedback: null,
  retriever_resources: [],
  extra_contents: [],
  ...more,
});

it.each([
  [{ run_status: "running" }, "answering"],
  [{ run_status: "queued" }, "answering"],
  [{ run_status: "paused" }, "paused"],
  [{ run_status: "stopped" }, "stopped"],
  [{ run_status: "failed", status: "error", error: "no key" }, "failed"],
  [{ run_status: "succeeded" }, "done"],
  [{}, "done"],
])("a stored message %o is %s", (more, status) => {
  expect(turnOf(stored(more)).status).toBe(status);
});

it("answers to the same question stand in one place", () => {
  const done = (key: string, query: string): Turn => ({ ...newTurn(key, query, []), status: "done" });
  const stacks = stacked([done("1", "a"), done("2", "a"), done("3", "b"), done("4", "a")]);
  expect(stacks.map((stack) => stack.map((turn) => turn.key))).toEqual([["1", "2"], ["3"], ["4"]]);
});
