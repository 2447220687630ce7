import { useCallback, useEffect } from "react";
import type { Id } from "@/api/types";
import { breakpointsOf } from "@/features/canvas/breakpoints";
import { useCommands } from "@/features/canvas/commands-context";
import { nodeById } from "@/features/canvas/graph/structure";
import { type EditorState, useEditor, useEditorStore } from "@/features/canvas/store";
import { useWorkspace } from "@/lib/use-workspace";
import { DebugBar } from "./debug-bar";
import { useContinue } from "./use-continue";

const selectRun = (state: EditorState) => state.run;

/** The debug bar of the editor's run. The canvas follows to the step before which it stands. */
export default function DockDebugBar({ runId }: { runId: Id }) {
  const editor = useEditorStore();
  const commands = useCommands();
  const workspace = useWorkspace();
  const run = useEditor(selectRun);
  const document = useEditor((state) => state.document);
  const breakpoints = useCallback(() => breakpointsOf(editor.getState().appId), [editor]);
  const debugging = useContinue({ workspaceId: workspace.id, runId, run, breakpoints });
  const first = run.held[0]?.nodeId;
  const { stops } = run;
  useEffect(() => {
    if (first) commands.reveal(first);
  }, [first, stops, commands]);
  return (
    <DebugBar
      run={run}
      debugging={debugging}
      titleOf={(id) => nodeById(document, id)?.data.title}
      onShow={commands.show}
      allowed={workspace.can("run.execute")}
    />
  );
}
