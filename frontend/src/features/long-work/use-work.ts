import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useThrottledCallback } from "@mantine/hooks";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import type { LongWork } from "@/api/types";
import { endings, readWatched, writeWatched } from "@/features/long-work/told";
import { workQuery } from "@/features/long-work/work-queries";
import { subscribe } from "@/lib/live";
import { useWorkspace } from "@/lib/use-workspace";

const EVERY_MS = 1500;
const TELLS = /^(work_changed|documents_changed|document_progress|dataset_)/;

/** The workspace's long work, kept fresh by its stream; tells once of each end. */
export function useWork(): LongWork[] {
  const { t } = useTranslation("work");
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const { data } = useQuery(workQuery(ws));
  const look = useThrottledCallback(() => void client.invalidateQueries({ queryKey: keys.work(ws) }), EVERY_MS);
  useEffect(
    () =>
      subscribe(`workspace:${ws}`, null, ({ change }) => {
        if (change && TELLS.test(change.kind)) look();
      }),
    [ws, look],
  );
  useEffect(() => {
    if (!data) return;
    const { ended, watched } = endings(readWatched(ws), data);
    writeWatched(ws, watched);
    for (const { id, title, state, kind } of ended) {
      notifications.show({
        id: `work-${id}`,
        color: state === "failed" ? "red" : state === "stopped" ? "gray" : "teal",
        title: t(`ended.${state}`),
        message: t("ended.what", { kind: t(`kind.${kind}`, { defaultValue: kind }), title }),
        autoClose: state === "failed" ? 12_000 : 6000,
      });
    }
  }, [data, ws, t]);
  return data ?? [];
}
