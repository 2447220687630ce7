/** How the page of a workflow or a text generation starts, follows and stops runs. */
import { type Turn, applyFrame, newTurn } from "../chat/turns";
import { newId } from "../browser";
import { RunFollower } from "../follow";
import type { Session } from "../session";

export type RunKind = "workflow" | "completion";

export const startPath = (kind: RunKind) => (kind === "workflow" ? "/workflows/run" : "/completion-messages");
const stopPath = (kind: RunKind, runId: string) =>
  kind === "workflow" ? `/workflows/tasks/${runId}/stop` : `/completion-messages/${runId}/stop`;

export interface LiveRun {
  /** Resolves with the run's end; rejects when it was not accepted. */
  done: Promise<Turn>;
  stop(): Promise<void>;
  leave(): void;
}

interface Told {
  onChange(turn: Turn): void;
  onBroken(broken: boolean): void;
}

/** Starts a run with `inputs`, or attaches to one that goes on. */
export function follow(
  session: Session,
  kind: RunKind,
  begin: { inputs: Record<string, unknown> } | { runId: string },
  told: Told,
): LiveRun {
  let turn = newTurn("run", "", []);
  const change = (next: Turn) => {
    turn = next;
    told.onChange(turn);
  };
  const follower = new RunFollower(
    session,
    {
      onFrame: (frame, cursor) => change(applyFrame(turn, frame, cursor)),
      onBroken: () => told.onBroken(true),
      onConnected: () => told.onBroken(false),
    },
    kind === "completion",
  );
  const body = "inputs" in begin ? { inputs: begin.inputs, response_mode: "streaming" } : null;
  const going = "runId" in begin ? follower.attach(begin.runId) : follower.start(startPath(kind), body ?? {}, newId());
  const done = going.then(() => {
    if (turn.status === "answering" || turn.status === "sending") change({ ...turn, status: "done" });
    return turn;
  });
  return {
    done,
    leave: () => follower.leave(),
    stop: async () => {
      if (!turn.runId) return follower.leave();
      await session.post(stopPath(kind, turn.runId), {});
      if (kind === "completion") change({ ...turn, status: "stopped" });
    },
  };
}
