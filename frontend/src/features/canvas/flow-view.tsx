import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useMemo } from "react";
import type { AppMode, FlowDocument } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { CanvasUiContext, createCanvasUi } from "./canvas-ui";
import { type CardMarks, NO_MARKS } from "./card-marks";
import { CommandsProvider, useCommands } from "./commands-context";
import { nodeTypesQuery } from "./data";
import { FlowCanvas } from "./flow-canvas";
import { EMPTY_RUN, type RunView } from "./run-reducer";
import { createEditorStore, EditorContext } from "./store";

interface Props {
  document: FlowDocument;
  mode?: AppMode;
  /** Colours the nodes by this run. */
  runView?: RunView;
  /** The node that is shown as selected, and what is told when another is chosen. */
  selectedNodeId?: string | null;
  onSelectNode?: (nodeId: string | null) => void;
  /** What lies over the cards. */
  marks?: Partial<CardMarks>;
  /** Without tools, for a small picture. */
  bare?: boolean;
  /** Brought into view when it becomes another one. */
  revealNodeId?: string | null;
}

const nothing = (): void => undefined;

/** The canvas of the editor, read-only: for versions and for runs. All keys for looking around work. */
export function FlowView({ document, mode = "workflow", runView, selectedNodeId, onSelectNode, marks, bare, revealNodeId }: Props) {
  const { data: nodeTypes, error, refetch } = useQuery(nodeTypesQuery);
  const store = useMemo(
    () => nodeTypes && createEditorStore({ appId: "", workspaceId: "", mode, document, nodeTypes, readOnly: true }),
    [nodeTypes, mode, document],
  );
  const ui = useMemo(() => createCanvasUi(), []);

  useEffect(() => {
    const run = runView ?? EMPTY_RUN;
    store?.setState({ run, runs: run.nodes });
  }, [store, runView]);

  useEffect(() => {
    ui.setState({ ...NO_MARKS, ...marks });
  }, [ui, marks]);

  useEffect(() => {
    if (store && selectedNodeId !== undefined) store.actions.select({ nodes: selectedNodeId ? [selectedNodeId] : [] });
  }, [store, selectedNodeId]);

  useEffect(
    () =>
      store?.subscribe((state, before) => {
        if (state.selection === before.selection || !onSelectNode) return;
        const chosen = state.selection.nodes.length === 1 ? state.selection.nodes[0]! : null;
        if (chosen !== (selectedNodeId ?? null)) onSelectNode(chosen);
      }),
    [store, onSelectNode, selectedNodeId],
  );

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!store) return <Skeleton height="100%" radius={0} />;
  return (
    <EditorContext.Provider value={store}>
      <CanvasUiContext.Provider value={ui}>
        <ReactFlowProvider>
          <CommandsProvider>
            <FlowCanvas viewportKey={null} bare={bare} save={nothing} testRun={nothing} />
            {revealNodeId && <Reveal id={revealNodeId} />}
          </CommandsProvider>
        </ReactFlowProvider>
      </CanvasUiContext.Provider>
    </EditorContext.Provider>
  );
}

function Reveal({ id }: { id: string }) {
  const commands = useCommands();
  useEffect(() => commands.reveal(id), [commands, id]);
  return null;
}
