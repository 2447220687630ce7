import { ActionIcon, Group, Loader, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconPlayerStop, IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { LongWork } from "@/api/types";
import { PlainLink } from "@/components/links";
import { ProgressBar } from "@/components/progress-bar";
import { RelativeTime } from "@/components/relative-time";
import classes from "@/features/long-work/work.module.css";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** The page where the work can be seen, if there is one. */
function placeOf({ kind, target }: LongWork): { to: string; params: Record<string, string>; search?: Record<string, string> } | null {
  if (kind === "indexing" && target.dataset_id) return { to: "/knowledge/$datasetId/documents", params: { datasetId: target.dataset_id } };
  if (kind === "retrieval_measure" && target.dataset_id) {
    return { to: "/knowledge/$datasetId/retrieval", params: { datasetId: target.dataset_id } };
  }
  if (kind === "annotation_embedding" && target.app_id) return { to: "/app/$appId/annotations", params: { appId: target.app_id } };
  return target.app_id ? { to: "/app/$appId/canvas", params: { appId: target.app_id } } : null;
}

function StateIcon({ work }: { work: LongWork }) {
  if (work.state === "running") return <Loader size={16} aria-hidden />;
  if (work.state === "failed") return <IconAlertTriangle size={16} color="var(--tm-bad)" aria-hidden />;
  if (work.state === "stopped") return <IconPlayerStop size={16} color="var(--mantine-color-dimmed)" aria-hidden />;
  return <IconCircleCheck size={16} color="var(--tm-good)" aria-hidden />;
}

/** One piece of work: what it is, how far, why it failed; stop it, or put it out of sight. */
export function WorkRow({ work, onOpen }: { work: LongWork; onOpen: () => void }) {
  const { t } = useTranslation("work");
  const words = useErrorText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const running = work.state === "running";
  const act = useMutation({
    mutationFn: () => api.post(workspace.path(`/long-work/${work.id}/${running ? "stop" : "hide"}`)),
    onSettled: () => client.invalidateQueries({ queryKey: keys.work(workspace.id) }),
  });
  const place = placeOf(work);
  const kind = t(`kind.${work.kind}`, { defaultValue: work.kind });
  const far =
    work.total > 0 ? t(`far.${work.kind}`, { done: work.done, total: work.total, defaultValue: `${work.done}/${work.total}` }) : "";
  const mayStop = work.stoppable && workspace.can(work.kind === "indexing" ? "knowledge.edit" : "insights.edit");
  const told = running ? far || t("begins") : t(`state.${work.state}`);
  const label = running ? t("stop", { title: work.title }) : t("hide", { title: work.title });
  return (
    <li className={classes.row} data-state={work.state}>
      <StateIcon work={work} />
      <div className={classes.text}>
        {place ? (
          <PlainLink to={place.to} params={place.params} search={place.search} className={classes.title} onClick={onOpen}>
            {work.title}
          </PlainLink>
        ) : (
          <span className={classes.title}>{work.title}</span>
        )}
        <Text size="xs" c="dimmed">
          {[kind, told].join(" · ")}
          {!running && (
            <>
              {" · "}
              <RelativeTime value={work.changed_at} />
            </>
          )}
        </Text>
        {running && work.total > 0 && <ProgressBar size="sm" mt={4} value={(100 * work.done) / work.total} label={work.title} told={far} />}
        {work.failed > 0 && (
          <Text size="xs" c="var(--tm-bad)">
            {t("failed", { count: work.failed })}
          </Text>
        )}
        {work.state === "failed" && work.error && <Cause error={work.error} />}
        {act.error && (
          <Text size="xs" c="var(--tm-bad)" role="alert">
            {words(act.error)}
          </Text>
        )}
      </div>
      {(!running || mayStop) && (
        <Tooltip label={running ? t("stopShort") : t("hideShort")}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} loading={act.isPending} onClick={() => act.mutate()}>
            {running ? <IconPlayerStop size={16} aria-hidden /> : <IconX size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </li>
  );
}

function Cause({ error }: { error: NonNullable<LongWork["error"]> }) {
  const { t } = useTranslation("errors");
  const said = t(error.code, { ...error, defaultValue: error.message || error.code });
  return (
    <Group gap={4} wrap="nowrap" align="flex-start">
      <Text size="xs">{error.what ? `${error.what}: ${said}` : said}</Text>
    </Group>
  );
}
