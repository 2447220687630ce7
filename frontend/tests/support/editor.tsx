import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, http, HttpResponse } from "msw";
import type { FlowNode, Model, NodeType, Problem } from "@/api/types";
import { createEditorStore, EditorContext, type EditorInit, type EditorStore } from "@/features/canvas/store";
import { NodePanel } from "@/features/panel/node-panel";
import { i18next } from "@/i18n";
import { WS } from "./fixtures";
import { show, useLanguage } from "./render";
import { server } from "./server";

/** A person who types without pauses: a form test has hundreds of key strokes. */
export const quickUser = () => userEvent.setup({ delay: null, pointerEventsCheck: 0 });

/** What CodeMirror asks of a browser and jsdom does not have. */
export function stubLayout(): void {
  const box = { left: 0, right: 0, top: 0, bottom: 0, width: 0, height: 0, x: 0, y: 0, toJSON: () => ({}) };
  Range.prototype.getBoundingClientRect = () => box;
  Range.prototype.getClientRects = () => Object.assign([], { item: () => null }) as unknown as DOMRectList;
}

export async function useEditorTexts(language: "en" | "zh-Hans" = "en"): Promise<void> {
  await useLanguage(language);
  await i18next.loadNamespaces(["panel", "widgets", "parts", "prompt", "runs", "problems", "canvas"]);
}

export function nodeType(type: string, more: Partial<NodeType> = {}): NodeType {
  return {
    type,
    title: { en: type, "zh-Hans": type },
    description: { en: `About ${type}` },
    group: "logic",
    icon: "box",
    modes: ["workflow", "advanced-chat"],
    addable: true,
    config_schema: {},
    defaults: {},
    outputs: [],
    outputs_from: null,
    handles: "single",
    error_handling: false,
    ...more,
  };
}

export const START = nodeType("start", { outputs_from: { path: "variables", name: "variable", type: "type" } });
export const LLM = nodeType("llm", {
  outputs: [
    { name: "text", type: "string" },
    { name: "usage", type: "object" },
  ],
  error_handling: true,
});

export const startNode: FlowNode = {
  id: "start",
  position: { x: 0, y: 0 },
  data: {
    type: "start",
    title: "Start",
    variables: [
      { variable: "topic", label: "Topic", type: "text-input", required: true },
      { variable: "count", label: "Count", type: "number", required: false },
      { variable: "ready", label: "Ready", type: "checkbox", required: false },
    ],
  },
};

export const demoModel: Model = {
  id: null,
  provider: "demo",
  provider_label: "Demo",
  name: "demo-chat",
  type: "llm",
  enabled: true,
  context_size: 32_000,
  input_price: 0,
  output_price: 0,
  features: ["vision"],
  builtin: true,
};
export const paidModel: Model = {
  ...demoModel,
  id: "m2",
  provider: "openai",
  provider_label: "OpenAI",
  name: "gpt-x",
  input_price: 2,
  output_price: 8,
  features: ["tools"],
  builtin: false,
};

export function answerModels(models: Model[] = [demoModel, paidModel]): void {
  server.use(http.get(`/api/workspaces/${WS}/models`, () => HttpResponse.json(models)));
}

/** A server that takes its time, for what is shown meanwhile. */
export const never = () => delay("infinite");

export function makeStore(nodes: FlowNode[], types: NodeType[], more: Partial<EditorInit> = {}): EditorStore {
  const edges = nodes.slice(1).map((node, index) => ({ id: `e${index}`, source: nodes[index]?.id ?? "", target: node.id }));
  return createEditorStore({
    appId: "a1",
    workspaceId: WS,
    mode: "workflow",
    document: { graph: { nodes, edges } },
    nodeTypes: types,
    nextFrame: queueMicrotask,
    ...more,
  });
}

interface Opened {
  store: EditorStore;
  data(): FlowNode["data"];
}

/** Opens the panel of a node behind a start node. `properties` are those of its type's schema. */
export async function openPanel(
  data: Record<string, unknown>,
  properties: Record<string, unknown>,
  { type = {}, problems = [], ...more }: { type?: Partial<NodeType>; problems?: Problem[] } & Partial<Omit<EditorInit, "problems">> = {},
): Promise<Opened> {
  const own = nodeType("own", { config_schema: { type: "object", properties }, ...type });
  const node: FlowNode = { id: "own", position: { x: 300, y: 0 }, data: { type: "own", title: "Own", ...data } };
  const store = makeStore([startNode, node], [START, own], { problems, ...more });
  store.actions.openNode("own");
  show(
    <EditorContext.Provider value={store}>
      <NodePanel />
    </EditorContext.Provider>,
  );
  await screen.findByRole("tab", { name: "Settings" });
  return { store, data: () => store.getState().document.graph.nodes.find((one) => one.id === "own")?.data as FlowNode["data"] };
}
