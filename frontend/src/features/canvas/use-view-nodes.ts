import { applyNodeChanges, type NodeChange, type OnNodesChange } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { useEditorStore } from "./store";
import { viewNodes } from "./view-model";
import type { ViewNode } from "./view-types";

/**
 * The drawn nodes: the document's, plus measured sizes and places in the middle of a drag, which the
 * document learns only when the drag ends.
 */
export function useViewNodes(): [ViewNode[], OnNodesChange<ViewNode>] {
  const store = useEditorStore();
  const [nodes, setNodes] = useState<ViewNode[]>(() => viewNodes([], store.getState().document, store.getState().selection));

  useEffect(() => {
    const refresh = (): void => setNodes((old) => viewNodes(old, store.getState().document, store.getState().selection));
    refresh();
    return store.subscribe((state, before) => {
      if (state.document.graph.nodes !== before.document.graph.nodes || state.selection !== before.selection) refresh();
    });
  }, [store]);

  const onNodesChange = useCallback(
    (changes: NodeChange<ViewNode>[]) => {
      const picks = changes.filter((change) => change.type === "select");
      const moves = changes.filter((change) => change.type === "dimensions" || change.type === "position");
      if (moves.length) setNodes((old) => applyNodeChanges(moves, old));
      if (!picks.length) return;
      const { selection } = store.getState();
      const chosen = new Set(selection.nodes);
      for (const { id, selected } of picks) {
        if (selected) chosen.add(id);
        else chosen.delete(id);
      }
      store.actions.select({ nodes: [...chosen], edges: selection.edges });
    },
    [store],
  );
  return [nodes, onNodesChange];
}
