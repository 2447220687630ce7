import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "@/api/keys";
import type { RunDetail, RunEvent } from "@/api/types";
import { EMPTY_RUN, foldEvents, isOver, type RunView } from "@/features/canvas/run-reducer";
import { subscribe } from "@/lib/live";

export interface FollowedRun {
  view: RunView;
  events: RunEvent[];
}

/** What the row tells of a run whose log is no longer kept. */
function fromRow(run: RunDetail): RunView {
  const { error } = run;
  return {
    ...EMPTY_RUN,
    state: run.state,
    inputs: run.inputs,
    outputs: run.outputs,
    answer: run.answer,
    error: error && {
      code: error.code,
      message: error.message,
      nodeId: error.node_id,
      nodeTitle: error.node_title,
      details: error.details,
    },
    tokens: run.total_tokens,
    costUsd: run.cost_usd,
    steps: run.steps,
    elapsedS: run.finished_at ? run.elapsed_s : null,
    startedAt: run.started_at ? Date.parse(run.started_at) / 1000 : null,
  };
}

/** A run as its events tell, and on to its end as they come. Its caller is keyed by the run. */
export function useRunView(workspaceId: string, run: RunDetail): FollowedRun {
  const client = useQueryClient();
  // What is fetched again later tells nothing that the events do not.
  const [{ id, app_id, cursor, over }] = useState(() => ({ ...run, over: isOver(start(run).view) }));
  const [followed, setFollowed] = useState<FollowedRun>(() => start(run));
  useEffect(() => {
    if (over) return;
    let waiting: RunEvent[] = [];
    let frame = 0;
    const flush = () => {
      const events = waiting;
      waiting = [];
      frame = 0;
      setFollowed((before) => ({ view: foldEvents(before.view, events), events: [...before.events, ...events] }));
      if (events.some((event) => event.type === "run_finished"))
        void client.invalidateQueries({ queryKey: keys.runs(workspaceId, app_id) });
    };
    const unsubscribe = subscribe(`run:${id}`, cursor, (message) => {
      waiting.push(...(message.events ?? []).map((entry) => entry.event));
      frame ||= requestAnimationFrame(flush);
    });
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [client, id, app_id, cursor, over, workspaceId]);
  return followed;
}

function start(run: RunDetail): FollowedRun {
  const view = run.events.length ? foldEvents(EMPTY_RUN, run.events) : fromRow(run);
  return { view, events: run.events };
}
