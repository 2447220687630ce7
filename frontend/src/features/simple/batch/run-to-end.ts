import { api, workspacePath } from "@/api/client";
import type { Id, NewRun, Run, RunDetail, RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type RunView } from "@/features/canvas/run-reducer";
import { subscribe } from "@/lib/live";

/** A run on its way; `stop` asks for its end. */
export interface LiveRow {
  id: Id;
  done: Promise<RunView>;
  stop(): Promise<void>;
}

/** Starts a run of the draft. Throws ApiError when it is refused. */
export async function runToEnd(workspaceId: Id, appId: Id, body: NewRun): Promise<LiveRow> {
  const run = await api.post<Run>(workspacePath(workspaceId, `/apps/${appId}/runs`), body);
  return { id: run.id, done: followed(workspaceId, run.id), stop: () => api.post(workspacePath(workspaceId, `/runs/${run.id}/stop`)) };
}

async function followed(workspaceId: Id, runId: Id): Promise<RunView> {
  const detail = await api.get<RunDetail>(workspacePath(workspaceId, `/runs/${runId}`));
  const known = foldEvents(EMPTY_RUN, detail.events);
  if (isOver(known)) return known;
  return new Promise((resolve) => {
    const events: RunEvent[] = [];
    const unsubscribe = subscribe(`run:${runId}`, detail.cursor, (frame) => {
      events.push(...(frame.events ?? []).map((entry) => entry.event));
      if (!events.some((event) => event.type === "run_finished")) return;
      // The first frame may come before `subscribe` has returned.
      queueMicrotask(() => unsubscribe());
      resolve(foldEvents(known, events));
    });
  });
}
