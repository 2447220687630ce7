import { screen, within } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import type { Problem } from "@/api/types";
import { EditorContext } from "@/features/canvas/store";
import { ChecklistButton } from "@/features/panel/checklist";
import { problemGroups } from "@/features/panel/checklist-groups";
import { LLM, makeStore, START, startNode, useEditorTexts, quickUser } from "../support/editor";
import { show } from "../support/render";

beforeAll(() => useEditorTexts());

const problem = (more: Partial<Problem>): Problem => ({
  code: "model_missing",
  severity: "error",
  node_id: "llm",
  field: "model",
  params: {},
  message: "",
  ...more,
});
const nodes = [startNode, { id: "llm", position: { x: 0, y: 0 }, data: { type: "llm", title: "Draft" } }];
const PROBLEMS = [
  problem({ code: "context_missing", severity: "warning", field: "context.variable_selector" }),
  problem({ code: "options_missing", severity: "warning", node_id: "start", field: "variables.0.options", params: { name: "tone" } }),
  problem({}),
  problem({ code: "no_end", node_id: null, field: null }),
  problem({ node_id: "deleted" }),
];

it("groups by node, the flow and errors first, without nodes that are gone", () => {
  const groups = problemGroups({ graph: { nodes, edges: [] } }, PROBLEMS);
  expect(groups.map((group) => [group.title, group.problems.map((one) => one.code)])).toEqual([
    ["", ["no_end"]],
    ["Draft", ["model_missing", "context_missing"]],
    ["Start", ["options_missing"]],
  ]);
});

it("lists sentences and goes to the field", async () => {
  const store = makeStore(nodes, [START, LLM], { problems: PROBLEMS });
  show(
    <EditorContext.Provider value={store}>
      <ChecklistButton />
    </EditorContext.Provider>,
  );
  const user = quickUser();
  await user.click(await screen.findByRole("button", { name: "Checklist: 3 errors, 2 warnings" }));
  const draft = within(await screen.findByRole("region", { name: "Draft" }));
  expect(draft.getByText("Choose a model for this node.")).toBeInTheDocument();
  expect(screen.getByText("Add at least one option to «tone».")).toBeInTheDocument();
  await user.click(draft.getByRole("button", { name: "Go to: Choose a model for this node." }));
  expect(store.getState()).toMatchObject({ openNodeId: "llm", focusRequest: { nodeId: "llm", field: "model" } });
});
