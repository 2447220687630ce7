import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunView } from "@/features/canvas/run-reducer";
import { isOver } from "@/features/canvas/run-reducer";
import { FailureCard } from "./failure-card";
import { Fold, JsonFold } from "./json-view";
import { MarkdownView } from "./markdown-view";
import { SentRequest } from "./sent-request";

interface Props {
  run: RunView;
  onOpenNode?: (nodeId: string, field?: string) => void;
}

/** What a run gave: the text as it comes, then the outputs; or what went wrong. */
export function RunResult({ run, onOpenNode }: Props) {
  const { t } = useTranslation("runs");
  const over = isOver(run);
  const failed = run.error ? run.trace.findLast((step) => step.nodeId === run.error?.nodeId && step.error !== null) : undefined;
  const outputs = Object.entries(run.outputs);
  // The outputs of a run that is over say again, one by one, what was streamed.
  const spoken = run.answer && (!over || outputs.length === 0);
  return (
    <Stack gap="xs" p="sm">
      {run.error && <FailureCard error={run.error} nodeId={run.error.nodeId} nodeTitle={run.error.nodeTitle} onOpenNode={onOpenNode} />}
      {failed && <SentRequest process={failed.process} open={false} failed />}
      {run.state === "stopped" && (
        <Text size="sm" c="dimmed">
          {t("result.stopped")}
        </Text>
      )}
      {spoken && <Spoken run={run} live={!over} label={t("result.answer")} />}
      {outputs.map(([name, value]) =>
        typeof value === "string" ? (
          <Fold key={name} title={name} copy={value} open>
            <MarkdownView text={value} />
          </Fold>
        ) : (
          <JsonFold key={name} title={name} value={value} open />
        ),
      )}
      {over && run.state !== "failed" && outputs.length === 0 && !run.answer && (
        <Text size="sm" c="dimmed">
          {t("result.nothing")}
        </Text>
      )}
      {!over && !run.answer && run.state !== "paused" && (
        <Text size="sm" c="dimmed">
          {t(run.state === "queued" ? "result.queued" : "result.waiting")}
        </Text>
      )}
    </Stack>
  );
}

/** The text as it comes. What several steps give to a workflow's outputs stays apart, each under its step's name. */
function Spoken({ run, live, label }: { run: RunView; live: boolean; label: string }) {
  const parts = run.answerParts;
  const apart = parts.length > 1 && parts.every((part) => part.nodeId !== null);
  if (!apart) {
    return (
      <section aria-label={label}>
        <MarkdownView text={run.answer} live={live} />
      </section>
    );
  }
  return parts.map((part, index) => {
    const title = run.trace.find((step) => step.nodeId === part.nodeId)?.title ?? label;
    return (
      <section key={index} aria-label={title}>
        <Text size="xs" fw={600} c="dimmed" mb={2}>
          {title}
        </Text>
        <MarkdownView text={part.text.trim()} live={live && index === parts.length - 1} />
      </section>
    );
  });
}
