import { Skeleton } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";
import { useEditorStore } from "@/features/canvas/store";
import { subscribe } from "@/lib/live";
import { Scrubber } from "./scrubber";
import { useReplay } from "./use-replay";
import { useReplayKeys } from "./use-replay-keys";

const nothing = (): void => undefined;

/** The replay of the editor's run: canvas, trace, result and chat stand at its instant while it is open. Its caller is keyed by the run. */
export default function DockScrubber({ runId, run }: { runId: Id; run: RunView }) {
  const { t } = useTranslation("replay");
  const editor = useEditorStore();
  const { appId } = editor.getState();
  const [events, setEvents] = useState<readonly RunEvent[]>([]);
  useEffect(
    () =>
      subscribe(`run:${runId}`, null, (frame) => {
        if (frame.events) setEvents((before) => [...before, ...(frame.events ?? []).map((entry) => entry.event)]);
      }),
    [runId],
  );
  const replay = useReplay(events, run, undefined, nothing);
  useReplayKeys(replay);
  useEffect(() => {
    const unsubscribe = replay.subscribe(({ shown }) => editor.actions.showInstant(shown));
    return () => {
      unsubscribe();
      editor.actions.showInstant(null);
    };
  }, [editor, replay]);
  if (events.length === 0) return <Skeleton height={44} radius={0} aria-label={t("loading")} />;
  const linkTo = (seq: number) => new URL(`/app/${appId}/runs/${runId}?at=${seq}`, window.location.origin).href;
  return <Scrubber replay={replay} run={run} linkTo={linkTo} />;
}
