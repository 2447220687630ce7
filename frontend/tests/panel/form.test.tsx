import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "@/api/types";
import { answerModels, openPanel, stubLayout, useEditorTexts, quickUser } from "../support/editor";
import { useServer } from "../support/server";

useServer();
beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
});
const field = (name: string) => within(screen.getByRole("group", { name }));

describe("plain fields", () => {
  it("writes text, paragraph, number, switch and select", async () => {
    const { data } = await openPanel(
      { name: "a", size: 3, on: false, kind: "x" },
      {
        name: { type: "string", title: "Name" },
        long: { type: "string", title: "Long", "x-widget": "paragraph" },
        size: { type: "integer", title: "Size", minimum: 1, maximum: 9 },
        on: { type: "boolean", title: "On" },
        kind: { enum: ["x", "y"], title: "Kind", "x-labels": { y: { en: "Why" } } },
      },
    );
    const user = quickUser();
    await user.type(screen.getByLabelText("Name"), "b");
    await user.type(screen.getByLabelText("Long"), "two words");
    fireEvent.change(screen.getByLabelText("Size"), { target: { value: "7" } });
    await user.click(screen.getByLabelText("On"));
    await user.click(screen.getByRole("combobox", { name: "Kind" }));
    await user.click(await screen.findByRole("option", { name: "Why" }));
    expect(data()).toMatchObject({ name: "ab", long: "two words", size: 7, on: true, kind: "y" });
  });

  it("shows a field only while its condition holds", async () => {
    await openPanel(
      { on: false },
      { on: { type: "boolean", title: "On" }, more: { type: "string", title: "More", "x-show-if": { on: true } } },
    );
    expect(screen.queryByLabelText("More")).toBeNull();
    await quickUser().click(screen.getByLabelText("On"));
    expect(screen.getByLabelText("More")).toBeInTheDocument();
  });

  it("reads fields through references and «or null», hides common and hidden ones", async () => {
    await openPanel(
      { title: "Own" },
      {
        title: { type: "string", title: "Title of schema" },
        secret: { type: "string", title: "Secret", "x-widget": "hidden" },
        maybe: { anyOf: [{ type: "string" }, { type: "null" }], title: "Maybe" },
      },
    );
    expect(screen.getByLabelText("Maybe")).toBeInTheDocument();
    expect(screen.queryByLabelText("Secret")).toBeNull();
    expect(screen.queryByLabelText("Title of schema")).toBeNull();
  });

  it("keeps the value of a widget it does not know", async () => {
    await openPanel({ odd: { a: 1 } }, { odd: { type: "object", title: "Odd", "x-widget": "from-the-future" } });
    expect(field("Odd").getByText(/"a": 1/)).toBeInTheDocument();
  });

  it("is one undoable act for a burst of typing", async () => {
    const { store, data } = await openPanel({ name: "" }, { name: { type: "string", title: "Name" } });
    await quickUser().type(screen.getByLabelText("Name"), "hello");
    expect(store.getState().history.past).toHaveLength(1);
    store.actions.undo();
    expect(data().name).toBe("");
  });

  it("changes nothing when read only", async () => {
    const { data } = await openPanel({ name: "a" }, { name: { type: "string", title: "Name" } }, { readOnly: true });
    await quickUser().type(screen.getByLabelText("Name"), "b");
    expect(data().name).toBe("a");
  });
});

describe("problems", () => {
  const problem = (more: Partial<Problem>): Problem => ({
    code: "selector_missing",
    severity: "error",
    node_id: "own",
    field: null,
    params: {},
    message: "server words",
    ...more,
  });

  it("stand at their field, worded by code; others on top", async () => {
    await openPanel(
      { out: [{ variable: "", value_selector: [] }] },
      { out: { type: "array", title: "Results", "x-widget": "end-outputs" }, name: { type: "string", title: "Name" } },
      {
        problems: [
          problem({ field: "out.0.value_selector" }),
          problem({ field: "name", code: "made_up_code" }),
          problem({ code: "not_connected", severity: "warning" }),
          problem({ node_id: "start", code: "no_start" }),
        ],
      },
    );
    expect(field("Results").getByText("Choose a variable.")).toBeInTheDocument();
    expect(screen.getByText("server words")).toBeInTheDocument();
    expect(screen.getByText(/Nothing leads to this node/)).toBeInTheDocument();
    expect(screen.queryByText(/The flow has no start/)).toBeNull();
  });

  it("are brought into focus from outside", async () => {
    const { store } = await openPanel(
      { name: "", out: [{ variable: "a", value_selector: [] }] },
      {
        name: { type: "string", title: "Name" },
        out: { type: "array", title: "Results", "x-widget": "end-outputs" },
      },
    );
    store.actions.focusField("own", "out.0.value_selector");
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName("a: choose a variable"));
    store.actions.focusField("own", "name");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Name")));
  });
});

describe("variables", () => {
  it("picks by search and keys, and names the row after what was chosen", async () => {
    const { data } = await openPanel(
      { rows: [{ variable: "", value_selector: [] }] },
      { rows: { type: "array", title: "Rows", "x-widget": "variables" } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Variable 1: choose a variable" }));
    await user.type(await screen.findByRole("combobox", { name: "Search by name, node or type" }), "coun{Enter}");
    expect(data().rows).toEqual([{ variable: "count", value_selector: ["start", "count"] }]);
  });

  it("greys what does not fit and says why", async () => {
    const { data } = await openPanel(
      { v: [] },
      { v: { type: "array", title: "Only text", "x-widget": "variable", "x-types": ["string"] } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Only text: choose a variable" }));
    const count = await screen.findByRole("option", { name: /count/ });
    expect(count).toHaveAttribute("aria-disabled", "true");
    expect(count).toHaveTextContent("is number, needs string");
    await user.click(count);
    expect(data().v).toEqual([]);
    await user.click(screen.getByRole("option", { name: /topic/ }));
    expect(data().v).toEqual(["start", "topic"]);
  });

  it("aggregates: adds, sets the type by the first, groups", async () => {
    const { data } = await openPanel(
      { variables: [], output_type: "any" },
      { variables: { type: "array", title: "Candidates", "x-widget": "aggregator" } },
    );
    const user = quickUser();
    await user.click(screen.getByRole("button", { name: "Add a variable" }));
    await user.click(screen.getByRole("button", { name: "Candidates, candidate 1: choose a variable" }));
    await user.click(await screen.findByRole("option", { name: /count/ }));
    expect(data()).toMatchObject({ variables: [["start", "count"]], output_type: "number" });
    await user.click(screen.getByLabelText("Groups"));
    expect(data().advanced_settings).toMatchObject({
      group_enabled: true,
      groups: [{ group_name: "Group1", variables: [["start", "count"]] }],
    });
  });
});

describe("model", () => {
  it("shows price, context and abilities, searches, and sends only what is ticked", async () => {
    answerModels();
    const { data } = await openPanel(
      { model: { provider: "demo", name: "demo-chat", mode: "chat", completion_params: {} } },
      { model: { type: "object", title: "Model", "x-widget": "model" } },
    );
    const user = quickUser();
    await user.click(await screen.findByRole("button", { name: "Model: demo-chat, change" }));
    await user.type(screen.getByPlaceholderText("Search by name, provider or ability"), "openai");
    const option = await screen.findByRole("option", { name: /gpt-x/ });
    expect(option).toHaveTextContent("$2.00 in, $8.00 out per 1M tokens");
    expect(screen.queryByRole("option", { name: /demo-chat/ })).toBeNull();
    await user.click(option);
    expect(data().model).toEqual({ provider: "openai", name: "gpt-x", mode: "chat", completion_params: {} });
    await user.click(screen.getByRole("button", { name: "Parameters" }));
    await user.click(screen.getByLabelText("Temperature"));
    expect(data().model).toMatchObject({ completion_params: { temperature: 0.7 } });
    await user.click(screen.getByRole("checkbox", { name: "Temperature" }));
    expect(data().model).toMatchObject({ completion_params: {} });
  });

  it("tells when the model is not set up, and finds providers written in long form", async () => {
    answerModels();
    await openPanel(
      { model: { provider: "langgenius/openai/openai", name: "gpt-x" } },
      { model: { type: "object", title: "Model", "x-widget": "model" } },
    );
    expect(await screen.findByRole("button", { name: "Model: gpt-x, change" })).toBeInTheDocument();
    expect(screen.queryByText(/is not set up/)).toBeNull();
  });
});

describe("messages", () => {
  const schema = { prompt_template: { title: "Prompt", "x-widget": "prompt-messages" } };

  it("adds, reorders, changes the role and removes", async () => {
    const { data } = await openPanel({ prompt_template: [{ id: "1", role: "system", text: "S" }] }, schema);
    const user = quickUser();
    const roles = () => (data().prompt_template as { role: string }[]).map((message) => message.role);
    await user.click(screen.getByRole("button", { name: "Add a message" }));
    await user.click(screen.getByRole("button", { name: "Add a message" }));
    expect(roles()).toEqual(["system", "user", "assistant"]);
    await user.click(screen.getByRole("button", { name: "Move Message 3, Assistant up" }));
    expect(roles()).toEqual(["system", "assistant", "user"]);
    await user.click(screen.getByRole("button", { name: "Remove Message 2, Assistant" }));
    expect(roles()).toEqual(["system", "user"]);
  });

  it("keeps chips when Jinja is turned on and off", async () => {
    const { data } = await openPanel({ prompt_template: [{ id: "1", role: "user", text: "About {{#start.topic#}}" }] }, schema);
    await quickUser().click(screen.getByLabelText("Message 1, User: write as a Jinja template"));
    expect(data().prompt_template).toMatchObject([{ edition_type: "jinja2", jinja2_text: "About {{ topic }}" }]);
    expect(data().prompt_config).toEqual({ jinja2_variables: [{ variable: "topic", value_selector: ["start", "topic"] }] });
    await quickUser().click(screen.getByLabelText("Message 1, User: write as a Jinja template"));
    expect(data().prompt_template).toEqual([{ id: "1", role: "user", text: "About {{#start.topic#}}", edition_type: "basic" }]);
  });

  it("edits the one text of a completion model in place", async () => {
    await openPanel({ model: { mode: "completion" }, prompt_template: { text: "Once" } }, schema);
    expect(screen.getByRole("group", { name: "Prompt" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Add a message" })).toBeNull();
    expect(await screen.findByText("Once")).toBeInTheDocument();
  });
});

describe("memory, vision, context", () => {
  it("turns on with what the runtime expects", async () => {
    const { data } = await openPanel(
      {},
      {
        memory: { title: "Memory", "x-widget": "memory" },
        vision: { title: "Vision", "x-widget": "vision" },
      },
      { mode: "advanced-chat" },
    );
    const user = quickUser();
    await user.click(screen.getByLabelText("Use memory"));
    await user.click(screen.getByLabelText("Only the latest turns"));
    await user.click(screen.getByLabelText("Use vision"));
    expect(data().memory).toEqual({ window: { enabled: true, size: 10 }, query_prompt_template: "{{#sys.query#}}" });
    expect(data().vision).toEqual({ enabled: true, configs: { variable_selector: ["sys", "files"], detail: "high" } });
    await user.click(screen.getByLabelText("Use memory"));
    expect(data()).not.toHaveProperty("memory");
  });

  it("leaves memory out of workflows", async () => {
    await openPanel({}, { memory: { title: "Memory", "x-widget": "memory" } });
    expect(screen.queryByLabelText("Use memory")).toBeNull();
  });
});
