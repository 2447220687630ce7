import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { LLM, makeStore, nodeType, openPanel, START, startNode, stubLayout, useEditorTexts, quickUser } from "../support/editor";
import { EditorContext } from "@/features/canvas/store";
import { NodePanel } from "@/features/panel/node-panel";
import { show } from "../support/render";

beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
});

describe("conditions", () => {
  const schema = { cases: { title: "Cases", "x-widget": "conditions" } };
  const ifElse = { type: { handles: "cases" as const } };

  it("adds a case whose id stays, and removes it", async () => {
    const { data } = await openPanel({ cases: [] }, schema, ifElse);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a case" }));
    await user.click(screen.getByRole("button", { name: "Add ELSE IF" }));
    const ids = () => (data().cases as { case_id: string }[]).map((one) => one.case_id);
    const [first, second] = ids();
    expect(first).toBe("true");
    await user.click(screen.getByRole("button", { name: "Move Case 2 up" }));
    expect(ids()).toEqual([second, "true"]);
    await user.click(screen.getByRole("button", { name: "Remove Case 1" }));
    expect(ids()).toEqual(["true"]);
  });

  it("offers operators by the variable's type and values by both", async () => {
    const { data } = await openPanel(
      {
        cases: [
          {
            case_id: "true",
            logical_operator: "and",
            conditions: [
              { id: "c", varType: "string", variable_selector: ["start", "topic"], comparison_operator: "contains", value: "x" },
            ],
          },
        ],
      },
      schema,
      ifElse,
    );
    const user = quickUser();
    const condition = () => (data().cases as { conditions: Record<string, unknown>[] }[])[0]?.conditions[0];
    await user.click(screen.getByRole("button", { name: "Variable: Start.topic, change" }));
    await user.click(await screen.findByRole("option", { name: /ready/ }));
    expect(condition()).toMatchObject({
      variable_selector: ["start", "ready"],
      varType: "boolean",
      comparison_operator: "is",
      value: false,
    });
    expect(screen.getByRole("combobox", { name: "Value" })).toHaveValue("false");
    await user.click(screen.getByRole("button", { name: "Variable: Start.ready, change" }));
    await user.click(await screen.findByRole("option", { name: /count/ }));
    expect(condition()).toMatchObject({ varType: "number", comparison_operator: "=", value: "" });
    await user.click(screen.getByRole("combobox", { name: "Comparison" }));
    expect((await screen.findAllByRole("option")).map((option) => option.textContent)).toEqual([
      "=",
      "≠",
      ">",
      "<",
      "≥",
      "≤",
      "is empty",
      "is not empty",
    ]);
    await user.click(screen.getByRole("option", { name: "is empty" }));
    expect(screen.queryByRole("textbox", { name: "Value" })).toBeNull();
  });

  it("joins by and/or once there are two", async () => {
    const { data } = await openPanel(
      {
        cases: [
          {
            case_id: "true",
            logical_operator: "and",
            conditions: [{ id: "c", variable_selector: [], comparison_operator: "is", value: "" }],
          },
        ],
      },
      schema,
      ifElse,
    );
    await quickUser().click(screen.getByRole("button", { name: "Add a condition" }));
    await quickUser().click(screen.getByRole("radio", { name: "any holds" }));
    expect(data().cases).toMatchObject([{ logical_operator: "or", conditions: [{}, {}] }]);
    await quickUser().click(screen.getByRole("button", { name: "Remove condition 1" }));
    expect(data().cases).toMatchObject([{ conditions: [{}] }]);
  });

  it("reads the oldest files, which have one case without a list", async () => {
    await openPanel(
      { logical_operator: "or", conditions: [{ id: "c", variable_selector: ["start", "topic"], comparison_operator: "is", value: "x" }] },
      schema,
      ifElse,
    );
    expect(screen.getByRole("group", { name: "Case 1" })).toBeInTheDocument();
  });
});

describe("start variables", () => {
  const schema = { variables: { title: "Inputs", "x-widget": "start-variables" } };

  it("adds, edits and previews an input", async () => {
    const user = quickUser();
    const { data } = await openPanel({ variables: [] }, schema);
    await user.click(screen.getByRole("button", { name: "Add an input" }));
    await user.type(screen.getByLabelText("Label"), "Your name");
    await user.click(screen.getByLabelText("Required"));
    await user.click(screen.getByRole("combobox", { name: "Type" }));
    await user.click(await screen.findByRole("option", { name: "Choice" }));
    await user.type(screen.getByRole("combobox", { name: "Options" }), "a{Enter}b{Enter}");
    expect(data().variables).toEqual([{ variable: "input_1", label: "Your name", type: "select", required: true, options: ["a", "b"] }]);
    await user.click(screen.getByRole("button", { name: "Preview the form" }));
    await user.click(within(screen.getByRole("group", { name: "Preview the form" })).getByRole("combobox"));
    expect((await screen.findAllByRole("option", { hidden: false })).map((one) => one.textContent)).toEqual(
      expect.arrayContaining(["a", "b"]),
    );
  });

  it("renames all uses, says how many, and asks before removing a used one", async () => {
    const user = quickUser();
    const draft = {
      id: "own",
      position: { x: 0, y: 0 },
      data: {
        type: "llm",
        title: "Draft",
        prompt_template: [{ role: "user", text: "On {{#start.topic#}} and {{#start.topic#}}" }],
        pick: ["start", "topic"],
      },
    };
    const start = nodeType("start", { ...START, config_schema: { type: "object", properties: schema } });
    const store = makeStore([startNode, draft], [start, LLM]);
    store.actions.openNode("start");
    show(
      <EditorContext.Provider value={store}>
        <NodePanel />
      </EditorContext.Provider>,
    );
    await user.click(await screen.findByRole("button", { name: "Edit Topic" }));
    const name = screen.getByLabelText("Name");
    fireEvent.change(name, { target: { value: "the subject" } });
    expect(screen.getByText("Will be named the_subject.")).toBeInTheDocument();
    fireEvent.blur(name);
    expect(store.getState().document.graph.nodes[1]?.data).toMatchObject({
      prompt_template: [{ text: "On {{#start.the_subject#}} and {{#start.the_subject#}}" }],
      pick: ["start", "the_subject"],
    });
    store.actions.undo();
    expect(store.getState().document.graph.nodes[1]?.data).toMatchObject({ pick: ["start", "topic"] });
    expect(store.getState().document.graph.nodes[0]?.data).toMatchObject({ variables: [{ variable: "topic" }, {}, {}] });
    await user.click(await screen.findByRole("button", { name: "Remove topic" }));
    expect(screen.getByRole("alert")).toHaveTextContent("topic is used in 3 places");
    await user.click(screen.getByRole("button", { name: "Remove topic" }));
    expect(store.getState().document.graph.nodes[0]?.data.variables).toHaveLength(2);
  });
});

describe("json schema", () => {
  const schema = { structured_output: { type: "object", title: "Shape", "x-widget": "json-schema" } };

  it("makes a schema of rows", async () => {
    const { data } = await openPanel({ structured_output: { schema: {} } }, schema);
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a field" }));
    await user.type(screen.getByLabelText("Name"), "city");
    await user.type(within(screen.getByRole("group", { name: "Field city" })).getByLabelText("Description"), "Where");
    expect(data().structured_output).toEqual({
      schema: {
        type: "object",
        properties: { city: { type: "string", description: "Where" } },
        required: ["city"],
        additionalProperties: false,
      },
    });
  });

  it("shows what rows cannot say as JSON", async () => {
    await openPanel({ structured_output: { schema: { type: "object", properties: { a: { anyOf: [{ type: "string" }] } } } } }, schema);
    expect(screen.getByText(/more than rows can show/)).toBeInTheDocument();
  });
});

describe("errors and outputs", () => {
  const type = {
    error_handling: true,
    outputs: [
      { name: "text", type: "string" },
      { name: "n", type: "number" },
    ],
  };
  beforeEach(() => vi.restoreAllMocks());

  it("sets retries, default values and the fail branch", async () => {
    const { data, store } = await openPanel({}, {}, { type });
    const user = quickUser();
    await user.click(screen.getByLabelText("Try again first"));
    fireEvent.change(screen.getByLabelText("Retries"), { target: { value: "5" } });
    expect(data().retry_config).toEqual({ retry_enabled: true, max_retries: 5, retry_interval: 1000 });
    await user.click(screen.getByRole("radio", { name: "Go on with default values" }));
    expect(data()).toMatchObject({
      error_strategy: "default-value",
      default_value: [
        { key: "text", type: "string", value: "" },
        { key: "n", type: "number", value: 0 },
      ],
    });
    await user.type(screen.getByLabelText("text (string)"), "sorry");
    expect(data().default_value).toMatchObject([{ value: "sorry" }, { value: 0 }]);
    await user.click(screen.getByRole("radio", { name: "Take the fail branch" }));
    expect(data().error_strategy).toBe("fail-branch");
    expect(screen.getByRole("button", { name: "Copy the reference of error_message (string)" })).toBeInTheDocument();
    await user.click(screen.getByRole("radio", { name: "Stop the run" }));
    expect(store.getState().document.graph.nodes[1]?.data).not.toHaveProperty("error_strategy");
  });

  it("copies the reference of an output", async () => {
    await openPanel({}, {}, { type });
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Copy the reference of text (string)" }));
    await waitFor(async () => expect(await navigator.clipboard.readText()).toBe("{{#own.text#}}"));
  });
});

describe("the panel's head", () => {
  it("renames in place, drops the edit on Escape, and edits the description", async () => {
    const { data } = await openPanel({}, {});
    const user = quickUser();
    const title = () => screen.getByLabelText("Title");
    await user.type(title(), " two{Enter}");
    expect(data().title).toBe("Own two");
    await user.type(title(), " three{Escape}");
    expect(data().title).toBe("Own two");
    expect(title()).toHaveValue("Own two");
    await user.type(screen.getByLabelText("Description"), "What it does");
    expect(data().desc).toBe("What it does");
  });

  it("duplicates and deletes", async () => {
    const { store } = await openPanel({ x: 1 }, {});
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "More for this node" }));
    await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
    expect(store.getState().document.graph.nodes).toHaveLength(3);
    expect(store.getState().openNodeId).not.toBe("own");
    await user.click(screen.getByRole("button", { name: "More for this node" }));
    await user.click(await screen.findByRole("menuitem", { name: "Delete" }));
    expect(store.getState().document.graph.nodes).toHaveLength(2);
  });

  it("shows a node of an unknown type without a form", async () => {
    const store = makeStore(
      [startNode, { id: "odd", position: { x: 0, y: 0 }, data: { type: "mystery", title: "Odd", some: [1] } }],
      [START],
    );
    store.actions.openNode("odd");
    show(
      <EditorContext.Provider value={store}>
        <NodePanel />
      </EditorContext.Provider>,
    );
    expect(await screen.findByText("This node cannot run here")).toBeInTheDocument();
    expect(screen.getByText(/"some"/)).toBeInTheDocument();
  });
});
