import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Id, RunDetail, RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";
import { runQuery } from "@/features/runs/data";
import { useRunView } from "@/features/runs/use-run-view";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  runId: Id;
  onView(view: RunView, events: readonly RunEvent[]): void;
}

/** Tells its parent of a run as it goes on; shows nothing itself. */
export function FollowRun({ runId, onView }: Props) {
  const workspace = useWorkspace();
  const { data } = useQuery(runQuery(workspace.id, runId));
  return data ? <Following workspaceId={workspace.id} run={data} onView={onView} /> : null;
}

function Following({ workspaceId, run, onView }: Omit<Props, "runId"> & { workspaceId: Id; run: RunDetail }) {
  const { view, events } = useRunView(workspaceId, run);
  useEffect(() => onView(view, events), [view, events, onView]);
  return null;
}
