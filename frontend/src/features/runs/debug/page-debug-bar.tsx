import type { RunDetail } from "@/api/types";
import { nodeById } from "@/features/canvas/graph/structure";
import type { RunView } from "@/features/canvas/run-reducer";
import { useWorkspace } from "@/lib/use-workspace";
import { DebugBar } from "./debug-bar";
import { useContinue } from "./use-continue";

interface Props {
  run: RunDetail;
  view: RunView;
  onShow(nodeId: string): void;
}

/** The debug bar of a run on its own page; the run keeps the marks it has. */
export default function PageDebugBar({ run, view, onShow }: Props) {
  const workspace = useWorkspace();
  const debugging = useContinue({ workspaceId: workspace.id, runId: run.id, run: view });
  return (
    <DebugBar
      run={view}
      debugging={debugging}
      titleOf={(id) => nodeById(run.document, id)?.data.title}
      onShow={onShow}
      allowed={workspace.can("run.execute")}
    />
  );
}
