import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { FlowNode, NodeType } from "@/api/types";
import { EditorContext } from "@/features/canvas/store";
import { NodePanel } from "@/features/panel/node-panel";
import { makeStore, nodeType, openPanel, quickUser, START, startNode, stubLayout, useEditorTexts } from "../support/editor";
import { WS } from "../support/fixtures";
import { show } from "../support/render";
import { server } from "../support/server";

beforeAll(async () => {
  stubLayout();
  server.listen({ onUnhandledRequest: "bypass" });
  await useEditorTexts();
  // Loaded when first shown; a busy machine may need longer for that than a test waits.
  await import("@/features/prompt/code-editor-inner");
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const field = (title: string, widget: string) => ({ title, "x-widget": widget });

describe("code", () => {
  const schema = {
    variables: field("Input variables", "variables"),
    code_language: { ...field("Language", "select"), enum: ["python3", "javascript"] },
    code: { ...field("Code", "code"), description: "A subset." },
    outputs: field("Outputs", "code-outputs"),
  };
  const data = {
    type: "code",
    code_language: "python3",
    code: "def main(a):\n    return {'x': a}\n",
    variables: [{ variable: "a", value_selector: ["start", "topic"] }],
    outputs: { x: { type: "string", children: null, note: "kept" } },
    kept: 1,
  };

  it("marks the line that a check names", async () => {
    await openPanel(data, schema, {
      type: { type: "code" },
      problems: [
        { node_id: "own", field: "code", code: "code_unsupported", severity: "warning", message: "", params: { line: 2, what: "yield" } },
      ],
    });
    const editor = await screen.findByRole("textbox", { name: "Code" });
    await waitFor(() => expect(editor.querySelector("[data-marked=warning]")).toHaveTextContent("return"));
    expect(screen.getByText("Line 2: the sandbox leaves out yield.")).toBeInTheDocument();
  });

  it("renames an output everywhere, adds one and keeps the rest", async () => {
    const code = nodeType("code", {
      config_schema: { type: "object", properties: schema },
      outputs_from: { path: "outputs", name: "name", type: "type" },
    });
    const own: FlowNode = { id: "own", position: { x: 0, y: 0 }, data: { title: "Own", ...data } };
    const user: FlowNode = { id: "end", position: { x: 0, y: 0 }, data: { type: "answer", title: "End", answer: "{{#own.x#}}" } };
    const store = makeStore([startNode, own, user], [START, code, nodeType("answer")]);
    store.actions.openNode("own");
    show(
      <EditorContext.Provider value={store}>
        <NodePanel />
      </EditorContext.Provider>,
    );
    const name = await screen.findByRole("textbox", { name: "Name of output x" });
    fireEvent.change(name, { target: { value: "the result" } });
    expect(screen.getByText("Will be named the_result.")).toBeInTheDocument();
    fireEvent.blur(name);
    const nodes = () => store.getState().document.graph.nodes;
    expect(nodes()[1]?.data.outputs).toEqual({ the_result: { type: "string", children: null, note: "kept" } });
    expect(nodes()[2]?.data.answer).toBe("{{#own.the_result#}}");
    await quickUser().click(screen.getByRole("button", { name: "Add an output" }));
    expect(Object.keys(nodes()[1]?.data.outputs as object)).toEqual(["the_result", "output_2"]);
    expect(nodes()[1]?.data.kept).toBe(1);
  });

  it("brings rows and signature together", async () => {
    const opened = await openPanel({ ...data, code: "def main(a, b):\n    return {}\n" }, schema, { type: { type: "code" } });
    expect(await screen.findByText("main takes: a, b. The node gives it: a.")).toBeInTheDocument();
    await quickUser().click(screen.getByRole("button", { name: "Take the names from the code" }));
    expect(opened.data().variables).toEqual([
      { variable: "a", value_selector: ["start", "topic"] },
      { variable: "b", value_selector: [] },
    ]);
    expect(screen.queryByText(/main takes/)).toBeNull();
  });

  it("keeps a changed program when the language changes", async () => {
    const opened = await openPanel(data, schema, { type: { type: "code" } });
    await quickUser().click(await screen.findByRole("radio", { name: "JavaScript" }));
    expect(opened.data()).toMatchObject({ code_language: "javascript", code: data.code });
  });
});

describe("HTTP request", () => {
  const schema = {
    url: field("Address", "prompt"),
    headers: field("Headers", "http-lines"),
    authorization: { type: "object", ...field("Authorization", "http-authorization") },
    body: { type: "object", ...field("Body", "http-body") },
    timeout: { type: "object", ...field("Timeouts", "http-timeout") },
  };
  const open = (data: Record<string, unknown>) => openPanel({ type: "http-request", ...data }, schema, { type: { type: "http-request" } });

  it("edits headers as rows and leaves the other lines as they are", async () => {
    const { data } = await open({ headers: "A:1\n\nB :  2" });
    fireEvent.change(screen.getByRole("textbox", { name: "Headers 2: name" }), { target: { value: "C" } });
    expect(data().headers).toBe("A:1\n\nC:  2");
    await quickUser().click(screen.getByRole("button", { name: "Add a row: Headers" }));
    expect(data().headers).toBe("A:1\n\nC:  2");
    fireEvent.change(screen.getByRole("textbox", { name: "Headers 3: name" }), { target: { value: "D" } });
    expect(data().headers).toBe("A:1\n\nC:  2\nD:");
    await quickUser().click(screen.getByRole("button", { name: "Remove C" }));
    expect(data().headers).toBe("A:1\n\nD:");
  });

  it("keeps a typed key as a secret of the app, undone in one step", async () => {
    const { data, store } = await open({ authorization: { type: "no-auth", config: null } });
    const user = quickUser();
    await user.click(screen.getByRole("radio", { name: "Bearer" }));
    await user.type(screen.getByLabelText("Key"), "sk-secret");
    expect(JSON.stringify(data())).not.toContain("sk-secret");
    await user.click(screen.getByRole("button", { name: "Keep as a secret" }));
    expect(data().authorization).toEqual({ type: "api-key", config: { type: "bearer", api_key: "{{#env.OWN_KEY#}}" } });
    expect(store.getState().document.environment_variables).toMatchObject([{ name: "OWN_KEY", value: "sk-secret", value_type: "secret" }]);
    expect(await screen.findByText("OWN_KEY")).toBeInTheDocument();
  });

  it("never shows a key that a file brought along", async () => {
    const { data } = await open({ authorization: { type: "api-key", config: { type: "bearer", api_key: "sk-file" } } });
    expect(screen.getByText("The key stands in the flow")).toBeInTheDocument();
    expect(document.body.innerHTML).not.toContain("sk-file");
    await quickUser().click(screen.getByRole("button", { name: "Keep it as a secret" }));
    expect(data().authorization).toMatchObject({ config: { api_key: "{{#env.OWN_KEY#}}" } });
  });

  it("fills the node from cURL, with the key as a secret", async () => {
    const { data, store } = await open({ url: "", after_crash: "fail" });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Import from cURL" }));
    const command = await screen.findByRole("textbox", { name: "cURL command" });
    fireEvent.change(command, { target: { value: "wget x" } });
    expect(screen.getByText(/not a cURL command/)).toBeInTheDocument();
    fireEvent.change(command, { target: { value: "curl https://h/x?a=1 -H 'Authorization: Bearer sk-9' -d '{\"q\":1}'" } });
    await user.click(screen.getByRole("button", { name: "Fill in the node" }));
    expect(data()).toMatchObject({
      method: "post",
      url: "https://h/x",
      params: "a: 1",
      body: { type: "json", data: [{ value: '{"q":1}' }] },
      authorization: { config: { api_key: "{{#env.OWN_KEY#}}" } },
      after_crash: "fail",
    });
    expect(store.getState().document.environment_variables).toHaveLength(1);
    store.actions.undo();
    expect(data()).toMatchObject({ url: "" });
    expect(store.getState().document.environment_variables ?? []).toHaveLength(0);
  });

  it("edits form fields and the old timeouts", async () => {
    const { data } = await open({ body: { type: "x-www-form-urlencoded", data: "a:1" }, timeout: { max_read_timeout: 30, odd: true } });
    await quickUser().click(screen.getByRole("button", { name: "Add a field" }));
    expect(data().body).toMatchObject({ data: [{ key: "a", value: "1" }, { key: "" }] });
    const answer = screen.getByRole("textbox", { name: "Answer" });
    expect(answer).toHaveValue("30 s");
    fireEvent.change(answer, { target: { value: "45" } });
    expect(data().timeout).toEqual({ read: 45, odd: true });
  });
});

describe("classes and parameters", () => {
  it("adds a class with an id of its own and keeps the others' ids", async () => {
    const { data } = await openPanel(
      { classes: [{ id: "7", name: "A", odd: 1 }] },
      { classes: field("Classes", "classes") },
      { type: { handles: "cases" } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a class" }));
    await user.type(screen.getByRole("textbox", { name: "Short name of class 2" }), "B");
    await user.click(screen.getByRole("button", { name: "Move Class 2 up" }));
    expect(data().classes).toEqual([
      { id: "8", name: "", label: "B" },
      { id: "7", name: "A", odd: 1 },
    ]);
  });

  it("edits parameters with options", async () => {
    const { data } = await openPanel({ parameters: [] }, { parameters: field("Parameters", "parameters") });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a parameter" }));
    fireEvent.change(screen.getByRole("textbox", { name: "Name of parameter 1" }), { target: { value: "city" } });
    fireEvent.blur(screen.getByRole("textbox", { name: "Name of parameter 1" }));
    await user.click(screen.getByRole("combobox", { name: "Type of city" }));
    await user.click(await screen.findByRole("option", { name: "select" }));
    await user.type(screen.getByRole("combobox", { name: "Options of city" }), "Rome{Enter}");
    await user.click(screen.getByRole("checkbox", { name: "city is required" }));
    expect(data().parameters).toEqual([{ name: "city", type: "select", description: "", required: true, options: ["Rome"] }]);
  });
});

describe("assigner", () => {
  const schema = { items: field("Changes", "assignments") };

  it("offers only what can be changed, with operations of its type", async () => {
    const type = nodeType("assigner", { config_schema: { type: "object", properties: schema } });
    const { data, store } = await openWith({ version: "2", items: [] }, type);
    expect(store.getState().document.conversation_variables).toHaveLength(1);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a change" }));
    await user.click(screen.getByRole("button", { name: "Variable of change 1: choose a variable" }));
    expect(await screen.findByRole("option", { name: /topic/ })).toHaveAttribute("aria-disabled", "true");
    await user.click(screen.getByRole("option", { name: /total/ }));
    await user.click(screen.getByRole("combobox", { name: "Operation of change 1" }));
    await user.click(await screen.findByRole("option", { name: "add" }));
    await user.click(screen.getByRole("radio", { name: "Value" }));
    fireEvent.change(screen.getByRole("textbox", { name: "New value of change 1" }), { target: { value: "2" } });
    expect(data().items).toEqual([{ variable_selector: ["conversation", "total"], input_type: "constant", operation: "+=", value: 2 }]);
  });

  it("keeps the first version's shape", async () => {
    const { data } = await openPanel(
      { assigned_variable_selector: ["conversation", "total"], write_mode: "over-write", input_variable_selector: ["start", "count"] },
      schema,
    );
    await quickUser().click(screen.getByRole("combobox", { name: "Operation of change 1" }));
    await quickUser().click(await screen.findByRole("option", { name: "empty it" }));
    expect(data()).toMatchObject({ write_mode: "clear" });
    expect(data().items).toBeUndefined();
  });
});

/** Opens a node of a flow that has a conversation variable. */
async function openWith(data: Record<string, unknown>, type: NodeType, more: FlowNode[] = []) {
  const own: FlowNode = { id: "own", position: { x: 0, y: 0 }, data: { type: type.type, title: "Own", ...data } };
  const store = makeStore([startNode, own], [START, type, nodeType("llm", { outputs: [{ name: "text", type: "string" }] })], {
    document: {
      graph: { nodes: [startNode, own, ...more], edges: [{ id: "e", source: "start", target: "own" }] },
      conversation_variables: [{ name: "total", value_type: "number" }],
    },
  });
  store.actions.openNode("own");
  show(
    <EditorContext.Provider value={store}>
      <NodePanel />
    </EditorContext.Provider>,
  );
  await screen.findByRole("tab", { name: "Settings" });
  return { store, data: () => store.getState().document.graph.nodes[1]?.data as FlowNode["data"] };
}

describe("containers", () => {
  const inner: FlowNode = { id: "in", position: { x: 0, y: 0 }, parentId: "own", data: { type: "llm", title: "Inner" } };

  it("takes the result of a round from inside, with its type", async () => {
    const type = nodeType("iteration", {
      config_schema: { type: "object", properties: { output_selector: field("Result of a round", "variable") } },
    });
    const { data } = await openWith({ output_selector: [] }, type, [inner]);
    await quickUser().click(screen.getByRole("button", { name: /Result of a round: choose/ }));
    await quickUser().click(await screen.findByRole("option", { name: /text/ }));
    expect(data()).toMatchObject({ output_selector: ["in", "text"], output_type: "array[string]" });
  });

  it("edits loop variables and stops by them", async () => {
    const type = nodeType("loop", {
      config_schema: {
        type: "object",
        properties: {
          loop_variables: field("Loop variables", "loop-variables"),
          break_conditions: field("Stop when", "conditions"),
        },
      },
    });
    const { data } = await openWith({ loop_variables: [], break_conditions: [], logical_operator: "and" }, type, [inner]);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a loop variable" }));
    await user.click(screen.getByRole("combobox", { name: "Type of variable_1" }));
    await user.click(await screen.findByRole("option", { name: "number" }));
    fireEvent.change(screen.getByRole("textbox", { name: "First value of variable_1" }), { target: { value: "3" } });
    expect(data().loop_variables).toMatchObject([{ label: "variable_1", var_type: "number", value_type: "constant", value: 3 }]);
    await user.click(screen.getByRole("button", { name: "Add a condition" }));
    await user.click(screen.getByRole("button", { name: "Variable: choose a variable" }));
    await user.click(await screen.findByRole("option", { name: /variable_1/ }));
    expect(data().break_conditions).toMatchObject([
      { variable_selector: ["own", "variable_1"], varType: "number", comparison_operator: "=" },
    ]);
  });
});

describe("list operator", () => {
  it("turns steps on and filters files by their attributes", async () => {
    const type = nodeType("list-operator", {
      config_schema: {
        type: "object",
        properties: {
          filter_by: { type: "object", ...field("Filter", "list-filter") },
          order_by: { type: "object", ...field("Sort", "list-order") },
          limit: { type: "object", ...field("Keep the first items", "list-limit") },
        },
      },
    });
    const { data } = await openWith(
      {
        variable: ["sys", "files"],
        var_type: "array[file]",
        filter_by: { enabled: false, conditions: [], odd: 1 },
        limit: { enabled: true, size: 10 },
      },
      type,
    );
    const user = quickUser();
    await user.click(screen.getByRole("switch", { name: "Filter: on or off" }));
    await user.click(screen.getByRole("button", { name: "Add a condition" }));
    await user.click(screen.getByRole("combobox", { name: "Attribute of condition 1" }));
    await user.click(await screen.findByRole("option", { name: "Size (bytes)" }));
    expect(data().filter_by).toEqual({ enabled: true, odd: 1, conditions: [{ key: "size", comparison_operator: "=", value: "" }] });
    fireEvent.change(screen.getByRole("textbox", { name: "Most items" }), { target: { value: "3" } });
    expect(data().limit).toEqual({ enabled: true, size: 3 });
  });
});

describe("knowledge", () => {
  const schema = {
    dataset_ids: field("Knowledge", "datasets"),
    multiple_retrieval_config: { type: "object", ...field("How to search", "retrieval") },
  };

  it("says so where there is no knowledge yet, and keeps the ids", async () => {
    server.use(http.get(`/api/workspaces/${WS}/datasets`, () => HttpResponse.json({ results: [], total: 0 })));
    const { data } = await openPanel({ dataset_ids: ["d-1"], multiple_retrieval_config: { top_k: 3 } }, schema);
    expect(await screen.findByText(/no knowledge in this workspace yet/)).toBeInTheDocument();
    expect(screen.getByText("d-1")).toBeInTheDocument();
    expect(data().dataset_ids).toEqual(["d-1"]);
  });

  it("chooses by name, tells what is ready there, and sets a threshold", async () => {
    const handbook = { id: "a", name: "Handbook", embedding_available: true, available: 3, working: 0 };
    server.use(http.get(`/api/workspaces/${WS}/datasets`, () => HttpResponse.json({ results: [handbook], total: 1 })));
    const { data } = await openPanel({ dataset_ids: ["lost"], multiple_retrieval_config: { top_k: 3, odd: 1 } }, schema);
    const user = quickUser();
    await user.click(await screen.findByRole("combobox", { name: "Knowledge" }));
    await user.click(await screen.findByRole("option", { name: "Handbook" }));
    expect(data().dataset_ids).toEqual(["a", "lost"]);
    expect(screen.getByText("3 documents ready")).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Try it" })).toHaveAttribute("aria-expanded", "false");
    await user.click(screen.getByRole("switch", { name: "Leave out passages with a lower score" }));
    expect(data().multiple_retrieval_config).toEqual({ top_k: 3, odd: 1, score_threshold_enabled: true, score_threshold: 0.5 });
  });
});

describe("human input", () => {
  const schema = {
    form_content: field("Form", "prompt"),
    inputs: field("Fields", "form-fields"),
    user_actions: field("Buttons", "form-actions"),
    delivery_methods: field("Who is asked", "form-delivery"),
  };

  it("builds the form: fields with a place in the text, buttons whose ids stay", async () => {
    const { data } = await openPanel(
      { form_content: "Please check", inputs: [], user_actions: [{ id: "approve", title: "Approve" }], delivery_methods: [] },
      schema,
      { type: { handles: "cases" } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a field" }));
    await user.click(screen.getByRole("button", { name: "Put field_1 at the end of the form" }));
    const name = screen.getByRole("textbox", { name: "Name of field 1" });
    fireEvent.change(name, { target: { value: "reason" } });
    fireEvent.blur(name);
    expect(data()).toMatchObject({
      form_content: "Please check\n{{#$output.reason#}}",
      inputs: [{ type: "paragraph", output_variable_name: "reason" }],
    });
    await user.click(screen.getByRole("button", { name: "Add a button" }));
    expect(data().user_actions).toMatchObject([{ id: "approve" }, { id: "action_2", title: "Continue" }]);
    await user.click(screen.getByRole("checkbox", { name: "By mail" }));
    expect(data().delivery_methods).toEqual([{ id: "email", type: "email", enabled: true }]);
  });
});

describe("conditions on files", () => {
  it("asks something of each file", async () => {
    const condition = { id: "c", varType: "array[file]", variable_selector: ["sys", "files"], comparison_operator: "empty", value: "" };
    const { data } = await openPanel(
      { cases: [{ case_id: "true", logical_operator: "and", conditions: [condition] }] },
      { cases: field("Cases", "conditions") },
      { type: { handles: "cases" } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("combobox", { name: "Comparison" }));
    await user.click(await screen.findByRole("option", { name: "contains" }));
    const files = await screen.findByRole("group", { name: "Files that" });
    await user.click(within(files).getByRole("button", { name: "Add a condition on the files" }));
    expect(data().cases).toMatchObject([
      {
        conditions: [
          { comparison_operator: "contains", sub_variable_condition: { conditions: [{ key: "name", comparison_operator: "contains" }] } },
        ],
      },
    ]);
  });
});
