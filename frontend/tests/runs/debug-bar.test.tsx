import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { useEffect, useState } from "react";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RunDetail, RunEvent } from "@/api/types";
import { breakpointsOf, toggleBreakpoints } from "@/features/canvas/breakpoints";
import { EMPTY_RUN, foldEvents, type RunView } from "@/features/canvas/run-reducer";
import PageDebugBar from "@/features/runs/debug/page-debug-bar";
import { quickUser, useEditorTexts } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server, useServer } from "../support/server";

useServer();
beforeAll(() => useEditorTexts());
beforeEach(() => {
  document.cookie = "csrftoken=x";
});

const RUN = {
  id: "r1",
  document: { graph: { nodes: [{ id: "a", position: { x: 0, y: 0 }, data: { type: "llm", title: "Draft" } }], edges: [] } },
} as unknown as RunDetail;

function standing(...ids: string[]): RunView {
  const reasons = ids.map((id) => ({
    type: "breakpoint",
    node_id: id,
    title: `Step ${id}`,
    path: id === "r" ? "it:2" : "",
    variables: [
      { selector: ["a", "text"], state: "known", value: "a tide" },
      { selector: ["sys", "query"], state: "missing", value: null },
    ],
  }));
  return foldEvents(EMPTY_RUN, [
    { type: "run_started", seq: 1, at: 1, inputs: {} },
    { type: "run_paused", seq: 2, at: 2, reasons },
  ] as RunEvent[]);
}

function answers(status = 202, code = "") {
  const bodies: unknown[] = [];
  server.use(
    http.post(`/api/workspaces/${WS}/runs/r1/continue`, async ({ request }) => {
      bodies.push(await request.json());
      return status === 202
        ? new HttpResponse(null, { status })
        : HttpResponse.json({ code, message: "No.", status, details: {} }, { status });
    }),
  );
  return bodies;
}

const press = (key: string, more: KeyboardEventInit = {}) => !fireEvent.keyDown(window, { key, ...more });

describe("the debug bar", () => {
  it("says where the run stands and what it is about to read", async () => {
    show(<PageDebugBar run={RUN} view={standing("b", "r")} onShow={() => undefined} />);
    expect(await screen.findByRole("status")).toHaveTextContent("Stands before “Step b”, “Step r” in round 3");
    const group = within(screen.getByRole("group", { name: "What Step b is about to read" }));
    expect(group.getByText("Draft · text")).toBeInTheDocument();
    expect(group.getByText("a tide")).toBeInTheDocument();
    expect(group.getByText("System · query has no value.")).toBeInTheDocument();
  });

  it("takes F10 and F5 only while it stands, and each stop once", async () => {
    const bodies = answers();
    let move: (view: RunView) => void = () => undefined;
    function Moving() {
      const [view, setView] = useState(() => standing("b"));
      useEffect(() => {
        move = setView;
      }, []);
      return <PageDebugBar run={RUN} view={view} onShow={() => undefined} />;
    }
    show(<Moving />);
    await screen.findByRole("status");
    expect(press("F5", { ctrlKey: true })).toBe(false);
    expect(press("F10")).toBe(true);
    expect(press("F5")).toBe(true);
    await waitFor(() => expect(bodies).toEqual([{ mode: "step" }]));
    const going = foldEvents(standing("b"), [{ type: "run_started", seq: 3, at: 3, inputs: {}, reason: "resumption" } as RunEvent]);
    act(() => move(going));
    expect(screen.getByRole("status")).toHaveTextContent("goes on");
    expect(press("F5")).toBe(false);
    expect(bodies).toHaveLength(1);
  });

  it("tells when going on was refused, and can be asked again; somebody else's step is no refusal", async () => {
    const user = quickUser();
    const bodies = answers(503, "service_unavailable");
    show(<PageDebugBar run={RUN} view={standing("b")} onShow={() => undefined} />);
    await user.click(await screen.findByRole("button", { name: /Go on/ }));
    expect(await screen.findByText("The run does not go on")).toBeInTheDocument();
    const more = answers(409, "run_not_held");
    await user.click(screen.getByRole("button", { name: /Next step/ }));
    await waitFor(() => expect(more).toEqual([{ mode: "step" }]));
    await act(async () => undefined);
    expect(bodies).toEqual([{ mode: "go_on" }]);
    expect(screen.queryByText("The run does not go on")).toBeNull();
  });
});

describe("breakpoints", () => {
  beforeEach(() => localStorage.clear());

  it("are set and cleared together and kept on this device", () => {
    toggleBreakpoints("m1", ["a", "b"]);
    toggleBreakpoints("m1", ["b", "c"]);
    expect(breakpointsOf("m1")).toEqual(["a", "b", "c"]);
    toggleBreakpoints("m1", ["a", "b"]);
    expect(breakpointsOf("m1")).toEqual(["c"]);
    expect(JSON.parse(localStorage.getItem("tidemill.breakpoints.m1")!)).toEqual(["c"]);
    toggleBreakpoints("m1", ["c"]);
    expect(localStorage.getItem("tidemill.breakpoints.m1")).toBeNull();
    expect(breakpointsOf("")).toEqual([]);
  });

  it("are read from the device; what is no list is nothing", () => {
    localStorage.setItem("tidemill.breakpoints.m2", '["x", 3]');
    localStorage.setItem("tidemill.breakpoints.m3", "{");
    expect(breakpointsOf("m2")).toEqual(["x"]);
    expect(breakpointsOf("m3")).toEqual([]);
  });
});
