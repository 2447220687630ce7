import { useMemo, useRef } from "react";
import type { AppMode, FlowDocument } from "@/api/types";
import { type EditorState, useEditor } from "@/features/canvas/store";
import { outputsOf } from "@/features/prompt/node-outputs";
import { valueIn } from "@/features/prompt/short-value";
import type { Scope } from "@/features/prompt/scope-context";
import { type VariableGroup, variablesInScope } from "@/features/prompt/variables-in-scope";

const selectDocument = (state: EditorState) => state.document;
const selectTypes = (state: EditorState) => state.nodeTypes;
const selectMode = (state: EditorState) => state.mode;
const selectTrace = (state: EditorState) => state.run.trace;

interface Known {
  key: unknown[];
  groups: VariableGroup[];
}

/**
 * The variables that `nodeId` may use, and their last values. The groups stay the same object while the person
 * types in this node, unless what it gives to others changes.
 */
export function useNodeScope(nodeId: string): Scope {
  const document = useEditor(selectDocument);
  const nodeTypes = useEditor(selectTypes);
  const mode = useEditor(selectMode);
  const trace = useEditor(selectTrace);
  const known = useRef<Known | null>(null);
  const key = scopeKey(document, nodeId, mode, (own) => JSON.stringify(outputsOf(own, nodeTypes[own.data.type])));
  key.push(nodeTypes);
  if (!known.current || !sameItems(known.current.key, key)) {
    known.current = { key, groups: variablesInScope({ document, nodeTypes, mode, nodeId }) };
  }
  const { groups } = known.current;
  return useMemo(
    () => ({
      groups,
      lastValue: (selector) => {
        const [id = "", ...path] = selector;
        if (id === "env") return undefined;
        const step = id === "sys" ? trace.findLast((one) => one.nodeType === "start") : trace.findLast((one) => one.nodeId === id);
        if (!step || step.state === "running") return undefined;
        return valueIn(step.outputs, id === "sys" ? [`sys.${path[0] ?? ""}`, ...path.slice(1)] : path);
      },
    }),
    [groups, trace],
  );
}

function scopeKey(document: FlowDocument, nodeId: string, mode: AppMode, outputs: (own: FlowDocument["graph"]["nodes"][number]) => string): unknown[] {
  const key: unknown[] = [nodeId, mode, document.graph.edges, document.conversation_variables, document.environment_variables];
  for (const node of document.graph.nodes) key.push(node.id, ...(node.id === nodeId ? [node.data.title, outputs(node)] : [node.data]));
  return key;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
