import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api } from "@/api/client";
import type { NewPartRun, PartRun, RunDetail } from "@/api/types";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { useWorkspace } from "@/lib/use-workspace";
import type { RunAgain } from "./run-parts";

/** Taking up the run of a run page: the new run is opened in its place. */
export function usePageAgain(run: RunDetail, view: RunView): { again: RunAgain | null; failure: unknown } {
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const path = workspace.path(`/apps/${run.app_id}/partial-runs`);
  const allowed = workspace.can("run.execute") && isOver(view);
  const failed = view.state === "failed";
  const [starting, setStarting] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const again = useMemo((): RunAgain | null => {
    if (!allowed) return null;
    const start = async (part: NewPartRun) => {
      setStarting(true);
      setFailure(null);
      try {
        const started = await api.post<PartRun>(path, part);
        await navigate({ to: "/app/$appId/runs/$runId", params: { appId: run.app_id, runId: started.run.id } });
      } catch (error) {
        setFailure(error);
      } finally {
        setStarting(false);
      }
    };
    return {
      starting,
      failed,
      usual: "same",
      restart: (version) => void start({ kind: "restart", run_id: run.id, version }),
      fork: (nodeId, outputs) => void start({ kind: "fork", run_id: run.id, values: { [nodeId]: outputs } }),
      forkAll: (outputs) => void start({ kind: "fork", run_id: run.id, values: outputs }),
    };
  }, [allowed, failed, navigate, path, run.app_id, run.id, starting]);
  return { again, failure };
}
