import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HumanForm } from "@/api/types";
import { EMPTY_RUN, foldEvents, type RunView } from "@/features/canvas/run-reducer";
import { formBody, formPieces, firstValues } from "@/features/runs/human-input/form-pieces";
import { WaitingForms } from "@/features/runs/human-input/waiting-forms";
import { events } from "../canvas/fixtures";
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

const form: HumanForm = {
  id: "f1",
  run_id: "r1",
  node_id: "human",
  node_title: "Ask the boss",
  path: "",
  status: "waiting",
  form_content: "Ship it? {{#$output.note#}} Really.",
  inputs: [
    { type: "select", output_variable_name: "when", option_source: { type: "constant", value: ["now", "later"] } },
    { type: "paragraph", output_variable_name: "note" },
  ],
  resolved_default_values: { note: "as planned" },
  user_actions: [
    { id: "approve", title: "Approve", button_style: "primary" },
    { id: "reject", title: "Reject", button_style: "default" },
  ],
  expiration_time: "2026-11-23T10:00:00Z",
  channels: ["webapp"],
  created_at: "2026-11-21T10:00:00Z",
  closed_at: null,
  action: "",
  data: {},
  answered_by: "",
};

const waiting: RunView = { ...EMPTY_RUN, state: "paused", lastSeq: 7 };

describe("a form", () => {
  it("is shown with its fields in their places, and those it does not name at the end", () => {
    const told = formPieces(form).map((piece) => (piece.kind === "text" ? piece.text : piece.field.name));
    expect(told).toEqual(["Ship it?", "note", "Really.", "when"]);
  });

  it("begins with its defaults and sends every field", () => {
    expect(formBody(form, firstValues(form))).toEqual({ when: "", note: "as planned" });
  });
});

describe("forms of a run", () => {
  it("are filled in and sent with the button that was pressed", async () => {
    const sent: unknown[] = [];
    let open = true;
    server.use(
      http.get(`/api/workspaces/${WS}/runs/r1/forms`, () => HttpResponse.json([{ ...form, status: open ? "waiting" : "submitted" }])),
      http.post(`/api/workspaces/${WS}/runs/r1/forms/f1`, async ({ request }) => {
        sent.push(await request.json());
        open = false;
        return HttpResponse.json({ ...form, status: "submitted" });
      }),
    );
    show(<WaitingForms runId="r1" run={waiting} />);
    const user = quickUser();
    const note = await screen.findByRole("textbox", { name: "note" });
    expect(note).toHaveValue("as planned");
    await user.click(screen.getByRole("button", { name: "Approve" }));
    expect(sent).toEqual([]);
    await user.click(screen.getByRole("combobox", { name: /when/ }));
    await user.click(await screen.findByRole("option", { name: "later" }));
    await user.click(screen.getByRole("button", { name: "Reject" }));
    await waitFor(() => expect(sent).toEqual([{ action: "reject", inputs: { when: "later", note: "as planned" } }]));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Reject" })).toBeNull());
  });

  it("say who was faster", async () => {
    server.use(
      http.get(`/api/workspaces/${WS}/runs/r1/forms`, () => HttpResponse.json([{ ...form, inputs: [] }])),
      http.post(`/api/workspaces/${WS}/runs/r1/forms/f1`, () =>
        HttpResponse.json({ code: "human_input_form_submitted", message: "no", status: 412, details: {} }, { status: 412 }),
      ),
    );
    show(<WaitingForms runId="r1" run={waiting} />);
    await quickUser().click(await screen.findByRole("button", { name: "Approve" }));
    expect(await screen.findByText("Somebody has answered this form already.")).toBeInTheDocument();
  });

  it("are not asked for while the run goes on", () => {
    const { container } = show(<WaitingForms runId="r1" run={{ ...waiting, state: "running" }} />);
    expect(container.querySelector("section")).toBeNull();
  });
});

it("a step waits for people, goes on with the answer, and stops with the run", () => {
  const head = { node_run_id: "h", node_id: "human", node_type: "human-input", title: "Human", path: "", index: 1 };
  const log = events(
    { type: "run_started", inputs: {}, reason: "initial" },
    { type: "node_started", ...head },
    { type: "human_input_required", ...head, form_id: "h" },
    { type: "run_paused", reasons: [{ form_id: "h" }], elapsed_s: 1.5 },
    { type: "run_started", inputs: {}, reason: "resumption" },
    { type: "human_input_form_filled", ...head, form_id: "h" },
  );
  const paused = foldEvents(EMPTY_RUN, log.slice(0, 4));
  expect([paused.state, paused.nodes.human!.state, paused.trace[0]!.state]).toEqual(["paused", "waiting", "waiting"]);
  const resumed = foldEvents(paused, log.slice(4));
  expect([resumed.state, resumed.nodes.human!.state, resumed.resumptions]).toEqual(["running", "running", 1]);
  expect(paused.elapsedS).toBe(1.5);
  expect(log[4]!.at - resumed.startedAt!).toBe(1.5);
  const stop = { type: "run_finished", seq: 99, at: 1, status: "stopped", outputs: {}, answer: "", usage: {}, elapsed_s: 1 } as const;
  expect(foldEvents(paused, [stop]).nodes.human!.state).toBe("stopped");
});
