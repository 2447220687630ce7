import { EditorSelection, EditorState } from "@codemirror/state";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import { MantineProvider } from "@mantine/core";
import { useState } from "react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { chips, describeReferences } from "@/features/prompt/chips";
import { nextChange, pendingEchoes } from "@/features/prompt/controlled-text";
import { heldText, sendHeldText } from "@/features/prompt/held-text";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { ScopeProvider } from "@/features/prompt/scope-context";
import { openTrigger, type OpenTrigger, triggers } from "@/features/prompt/trigger-extension";
import { variablesInScope } from "@/features/prompt/variables-in-scope";
import { START, startNode, stubLayout, useEditorTexts } from "../support/editor";

beforeAll(async () => {
  stubLayout();
  await useEditorTexts();
});

function type(view: EditorView, text: string, userEvent = "input.type"): void {
  for (const char of text) {
    const at = view.state.selection.main.head;
    view.dispatch({ changes: { from: at, insert: char }, selection: { anchor: at + 1 }, userEvent });
  }
}
const press = (view: EditorView, key: string) => runScopeHandlers(view, new KeyboardEvent("keydown", { key }), "editor");

describe("triggers in the editor", () => {
  function editor(slash = true) {
    const heard: (OpenTrigger | null)[] = [];
    const keys: string[] = [];
    const { extension } = triggers(
      { slash },
      (key) => keys.push(key) > 0,
      (open) => heard.push(open),
    );
    const view = new EditorView({ state: EditorState.create({ extensions: extension }), parent: document.body });
    return { view, heard, keys };
  }

  it("opens, follows the search, and gives the keys to the picker", () => {
    const { view, heard, keys } = editor();
    type(view, "Hi /to");
    expect(heard.at(-1)).toMatchObject({ kind: "slash", from: 3, query: "to" });
    press(view, "ArrowDown");
    press(view, "Enter");
    expect(keys).toEqual(["ArrowDown", "Enter"]);
    expect(view.state.doc.toString()).toBe("Hi /to");
  });

  it.each(["Hi /to ", "Hi /usr/", "https://a", "and/or", "2026/11"])("is shut after %j", (text) => {
    const { view, heard, keys } = editor();
    type(view, text);
    expect(heard.at(-1) ?? null).toBeNull();
    press(view, "Enter");
    expect(keys).toEqual([]);
  });

  it("closes on Escape, when the cursor leaves, and when the trigger is deleted", () => {
    const { view, heard } = editor();
    type(view, "a /");
    press(view, "Escape");
    expect(heard.at(-1)).toBeNull();
    type(view, " /x");
    view.dispatch({ selection: EditorSelection.cursor(0) });
    expect(heard.at(-1)).toBeNull();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length } });
    type(view, "/");
    expect(heard.at(-1)).not.toBeNull();
    view.dispatch({ changes: { from: 0, to: 1 }, userEvent: "delete.backward" });
    expect(heard.at(-1)).toBeNull();
  });

  it("never opens for pasted text or during a composition", () => {
    const { view, heard } = editor();
    type(view, "请 /", "input.type.compose");
    view.dispatch({ changes: { from: view.state.doc.length, insert: " /" }, userEvent: "input.paste" });
    expect(heard).toEqual([]);
  });

  it("searches for what an input method wrote, once it is done", async () => {
    const { view, heard } = editor();
    type(view, "问 /");
    const composing = vi.spyOn(view, "composing", "get").mockReturnValue(true);
    type(view, "主题", "input.type.compose");
    expect(heard.at(-1)).toBeNull();
    composing.mockReturnValue(false);
    view.contentDOM.dispatchEvent(new CompositionEvent("compositionend"));
    await waitFor(() => expect(heard.at(-1)).toMatchObject({ query: "主题" }));
  });

  it("knows only braces in Jinja texts, and opens on demand", () => {
    const { view, heard } = editor(false);
    type(view, "a /");
    expect(heard).toEqual([]);
    type(view, " {{na");
    expect(heard.at(-1)).toMatchObject({ kind: "braces", query: "na" });
    view.dispatch({ effects: openTrigger.of(null) });
    expect(heard.at(-1)).toMatchObject({ length: 0, query: "" });
  });
});

describe("chips", () => {
  const describeAll = describeReferences.of((selector) => ({
    group: selector[0] ?? "",
    name: selector.slice(1).join("."),
    type: "string",
    broken: selector[0] === "gone",
    tooltip: "tip",
  }));
  function editor(doc: string) {
    return new EditorView({ state: EditorState.create({ doc, extensions: [chips, describeAll] }), parent: document.body });
  }

  it("show references, broken ones apart, and keep the text as it is", () => {
    const text = "A {{#start.topic#}} b {{#gone.x#}} {{ jinja }}";
    const view = editor(text);
    const shown = [...view.dom.querySelectorAll(".tm-chip")];
    expect(shown.map((chip) => chip.textContent)).toEqual(["start · topic", "gone · x"]);
    expect(shown.map((chip) => chip.classList.contains("tm-chip-broken"))).toEqual([false, true]);
    expect(view.state.doc.toString()).toBe(text);
  });

  it("appear for pasted references, and are crossed and left whole", () => {
    const view = editor("");
    view.dispatch({ changes: { from: 0, insert: "x{{#a.b#}}y" }, userEvent: "input.paste" });
    expect(view.dom.querySelectorAll(".tm-chip")).toHaveLength(1);
    const ranges: [number, number][] = [];
    for (const source of view.state.facet(EditorView.atomicRanges)) {
      source(view).between(0, view.state.doc.length, (from, to) => void ranges.push([from, to]));
    }
    expect(ranges).toEqual([[1, 10]]);
  });
});

describe("a controlled text", () => {
  it.each([
    ["abc", "abxc"],
    ["abc", "c"],
    ["", "x"],
    ["aaa", "aa"],
    ["same", "same"],
    ["你好", "你们好"],
  ])("turns %j into %j by one change", (now, wanted) => {
    const { from, to, insert } = nextChange(now, wanted);
    expect(now.slice(0, from) + insert + now.slice(to)).toBe(wanted);
  });

  it("knows its own echo, also a late one", () => {
    const echoes = pendingEchoes();
    for (const text of ["a", "ab", "abc"]) echoes.add(text);
    expect(echoes.take("ab")).toBe(true);
    expect(echoes.take("a")).toBe(false);
    expect(echoes.take("abc")).toBe(true);
    expect(echoes.take("other")).toBe(false);
  });
});

describe("a held text", () => {
  afterEach(() => void vi.useRealTimers());

  it("is told in a pause, and while somebody types on only now and then", () => {
    vi.useFakeTimers();
    const told: string[] = [];
    const held = heldText((text) => told.push(text));
    held.hold("a");
    held.hold("ab");
    vi.advanceTimersByTime(240);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(told).toEqual(["ab"]);
    for (let at = 0; at < 30; at += 1) {
      held.hold(`ab${at}`);
      vi.advanceTimersByTime(100);
    }
    expect(told).toHaveLength(2);
  });

  it("is told at once when asked for, and then no more", () => {
    vi.useFakeTimers();
    const told: string[] = [];
    const held = heldText((text) => told.push(text));
    held.hold("a");
    sendHeldText();
    held.send();
    vi.advanceTimersByTime(5000);
    expect(told).toEqual(["a"]);
  });
});

describe("PromptEditor", () => {
  const groups = variablesInScope({
    document: {
      graph: {
        nodes: [startNode, { id: "own", position: { x: 0, y: 0 }, data: { type: "own", title: "Own" } }],
        edges: [{ id: "e", source: "start", target: "own" }],
      },
    },
    nodeTypes: { start: START },
    mode: "workflow",
    nodeId: "own",
  });
  let set: (text: string) => void = () => undefined;
  const heard = vi.fn();

  async function open(first: string): Promise<EditorView> {
    function Held() {
      const [value, setValue] = useState(first);
      set = setValue;
      return (
        <PromptEditor
          label="Prompt"
          value={value}
          onChange={(next) => {
            heard(next);
            setValue(next);
          }}
        />
      );
    }
    render(
      <MantineProvider env="test">
        <ScopeProvider value={{ groups, lastValue: (selector) => (selector[1] === "topic" ? "tides" : undefined) }}>
          <Held />
        </ScopeProvider>
      </MantineProvider>,
    );
    const box = await screen.findByRole("textbox", { name: "Prompt" }, { timeout: 8000 });
    const view = EditorView.findFromDOM(box);
    if (!view) throw new Error("no editor");
    view.dispatch({ selection: { anchor: view.state.doc.length } });
    return view;
  }

  it("puts the chosen variable where the trigger stood", async () => {
    const view = await open("On ");
    act(() => {
      view.focus();
      type(view, "/top");
    });
    const option = await screen.findByRole("option", { name: /topic/ });
    expect(option).toHaveTextContent("tides");
    act(() => void press(view, "Enter"));
    expect(view.state.doc.toString()).toBe("On {{#start.topic#}}");
    expect(heard).toHaveBeenLastCalledWith("On {{#start.topic#}}");
    expect(screen.getByTitle(/Start · topic/)).toHaveTextContent("Start · topic");
    await waitFor(() => expect(screen.queryByRole("listbox")).toBeNull());
  });

  it("tells what is typed when somebody asks for it, is left, or closed", async () => {
    const view = await open("On ");
    heard.mockClear();
    const said = () => heard.mock.calls.map(([text]) => text as string);
    act(() => view.focus());
    act(() => type(view, "time"));
    expect(said()).toEqual([]);
    act(sendHeldText);
    expect(said()).toEqual(["On time"]);
    act(() => type(view, "!"));
    act(() => view.contentDOM.blur());
    expect(said()).toEqual(["On time", "On time!"]);
    act(() => view.focus());
    act(() => type(view, "?"));
    cleanup();
    expect(said().at(-1)).toBe("On time!?");
  });

  it("takes text from outside with the least change, and none in the middle of a composition", async () => {
    const view = await open("one two");
    act(() => set("one three"));
    expect(view.state.doc.toString()).toBe("one three");
    const composing = vi.spyOn(view, "composing", "get").mockReturnValue(true);
    act(() => set("lost?"));
    expect(view.state.doc.toString()).toBe("one three");
    composing.mockReturnValue(false);
    act(() => void view.contentDOM.dispatchEvent(new CompositionEvent("compositionend")));
    await waitFor(() => expect(view.state.doc.toString()).toBe("lost?"));
  });

  it("estimates tokens", async () => {
    await open("two words");
    expect(screen.getByText("~2 tokens")).toBeInTheDocument();
  });
});
