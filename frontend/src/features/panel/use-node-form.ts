import { useMemo } from "react";
import type { FlowNode } from "@/api/types";
import { type EditorState, useEditor, useEditorActions, useEditorStore } from "@/features/canvas/store";
import { countUses, renameVariable } from "@/features/prompt/rename-variable";
import type { NodeForm } from "./form/form-context";

const selectProblems = (state: EditorState) => state.problems;

/** The form of a node over the editor's store. */
export function useEditorForm(node: FlowNode): NodeForm {
  const store = useEditorStore();
  const actions = useEditorActions();
  const nodeType = useEditor((state) => state.nodeTypes[node.data.type]);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const all = useEditor(selectProblems);
  const problems = useMemo(() => all.filter((problem) => problem.node_id === node.id), [all, node.id]);
  return {
    node,
    nodeType,
    mode,
    readOnly,
    problems,
    update: (recipe, mergeKey) => actions.updateNodeData(node.id, recipe, { mergeKey }),
    // One key with the edit of the name: undone together.
    renameOutput: (from, to, path) =>
      actions.change(
        { key: "editNode", params: { title: node.data.title } },
        (document) => renameVariable(document, node.id, from, to).document,
        { mergeKey: `${node.id}:${path}` },
      ),
    usesOf: (name) => countUses(store.getState().document, node.id, name),
  };
}
