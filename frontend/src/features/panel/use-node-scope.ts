import { useMemo, useState } from "react";
import type { AppMode, FlowDocument, NodeType } from "@/api/types";
import { addBefore, setNodeData } from "@/features/canvas/graph/nodes";
import { type EditorState, type EditorStore, useEditor, useEditorStore } from "@/features/canvas/store";
import { lastValueIn } from "@/features/prompt/last-value";
import { outputsOf } from "@/features/prompt/node-outputs";
import type { Scope } from "@/features/prompt/scope-context";
import { type VariableGroup, variablesInScope } from "@/features/prompt/variables-in-scope";
import { useLocalized } from "@/lib/use-language";

const selectTrace = (state: EditorState) => state.run.trace;

/** Selects the groups of one node; the same object as before while nothing they are made of has changed. */
function groupsSelector(nodeId: string, inside: boolean): (state: EditorState) => VariableGroup[] {
  let key: unknown[] = [];
  let groups: VariableGroup[] = [];
  return ({ document, nodeTypes, mode }) => {
    const next = scopeKey(document, nodeId, mode, (own) => JSON.stringify(outputsOf(own, nodeTypes[own.data.type])));
    next.push(nodeTypes);
    if (inside) next.push(document.graph.nodes.find((node) => node.id === nodeId)?.data);
    if (!sameItems(key, next)) {
      key = next;
      groups = variablesInScope({ document, nodeTypes, mode, nodeId, inside });
    }
    return groups;
  };
}

/**
 * The variables that `nodeId` may use, and their last values. The groups stay the same object while the person
 * types in this node, unless what it gives to others changes. `inside`: what the rounds of a container see.
 * Its caller is keyed by the node.
 */
export function useNodeScope(nodeId: string, inside = false): Scope {
  const [selectGroups] = useState(() => groupsSelector(nodeId, inside));
  const groups = useEditor(selectGroups);
  const trace = useEditor(selectTrace);
  const editor = useEditorStore();
  const localized = useLocalized();
  return useMemo(
    () => ({
      groups,
      lastValue: (selector) => lastValueIn(trace, selector),
      firstOf: (selector, type) => firstOf(editor, nodeId, selector, type, localized),
    }),
    [groups, trace, editor, nodeId, localized],
  );
}

/** A list operator before the asking step. */
function firstOf(
  editor: EditorStore,
  nodeId: string,
  selector: readonly string[],
  type: string,
  localized: (texts: NodeType["title"]) => string,
): string[] | null {
  const { nodeTypes, readOnly } = editor.getState();
  const operator = nodeTypes["list-operator"];
  if (!operator || readOnly) return null;
  const settings = { variable: [...selector], var_type: type, item_var_type: /^array\[(.+)\]$/.exec(type)?.[1] ?? "string" };
  const title = localized(operator.title);
  let id = "";
  editor.actions.change({ key: "add", params: { title } }, (document) => {
    const added = addBefore(document, nodeId, operator, title, nodeTypes);
    id = added.id;
    return setNodeData(added.document, id, settings, nodeTypes);
  });
  return id ? [id, "first_record"] : null;
}

function scopeKey(
  document: FlowDocument,
  nodeId: string,
  mode: AppMode,
  outputs: (own: FlowDocument["graph"]["nodes"][number]) => string,
): unknown[] {
  const key: unknown[] = [nodeId, mode, document.graph.edges, document.conversation_variables, document.environment_variables];
  for (const node of document.graph.nodes) key.push(node.id, ...(node.id === nodeId ? [node.data.title, outputs(node)] : [node.data]));
  return key;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
