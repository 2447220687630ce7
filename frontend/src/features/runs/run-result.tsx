import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RunView } from "@/features/canvas/run-reducer";
import { isOver } from "@/features/canvas/run-reducer";
import { FailureCard } from "./failure-card";
import { Fold, JsonFold } from "./json-view";
import { MarkdownView } from "./markdown-view";

interface Props {
  run: RunView;
  onOpenNode?: (nodeId: string, field?: string) => void;
}

/** What a run gave: the text as it comes, then the outputs; or what went wrong. */
export function RunResult({ run, onOpenNode }: Props) {
  const { t } = useTranslation("runs");
  const over = isOver(run);
  const outputs = Object.entries(run.outputs);
  const spoken = run.answer && !outputs.some(([, value]) => value === run.answer);
  return (
    <Stack gap="xs" p="sm">
      {run.error && <FailureCard error={run.error} nodeId={run.error.nodeId} nodeTitle={run.error.nodeTitle} onOpenNode={onOpenNode} />}
      {run.state === "stopped" && (
        <Text size="sm" c="dimmed">
          {t("result.stopped")}
        </Text>
      )}
      {(spoken || (!over && run.answer)) && (
        <section aria-label={t("result.answer")}>
          <MarkdownView text={run.answer} live={!over} />
        </section>
      )}
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
      {!over && !run.answer && (
        <Text size="sm" c="dimmed">
          {t(run.state === "queued" ? "result.queued" : "result.waiting")}
        </Text>
      )}
    </Stack>
  );
}
