import { Anchor, Group, Paper, Text, VisuallyHidden } from "@mantine/core";
import { useThrottledValue } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { ProgressBar } from "@/components/progress-bar";

/** How often a screen reader is told; it would speak without a pause otherwise. */
const TELL_MS = 5000;

interface Props {
  dataset: Dataset;
  onFailed: () => void;
}

/** How far the indexing of the whole dataset is, and how much of it failed. Nothing while there is nothing to tell. */
export function DatasetProgress({ dataset, onFailed }: Props) {
  const { t } = useTranslation("knowledge");
  const { documents, working, failed } = dataset;
  const done = documents - working;
  const failures = failed > 0 ? t("progress.failed", { count: failed }) : "";
  const words = working > 0 ? t("progress.done", { done, count: documents }) : "";
  const told = useThrottledValue([words || t("progress.finished", { count: documents }), failures].filter(Boolean).join(", "), TELL_MS);
  return (
    <>
      <VisuallyHidden role="status">{told}</VisuallyHidden>
      {(working > 0 || failed > 0) && (
        <Paper withBorder p="sm" mb="md">
          <Group justify="space-between" gap="sm">
            {words && <Text size="sm">{words}</Text>}
            {failed > 0 && (
              <Group gap={6} wrap="nowrap">
                <IconAlertTriangle size={16} color="var(--tm-bad)" aria-hidden />
                <Text size="sm" c="var(--tm-bad)">
                  {failures}
                </Text>
                <Anchor component="button" type="button" size="sm" underline="always" onClick={onFailed}>
                  {t("progress.showFailed")}
                </Anchor>
              </Group>
            )}
          </Group>
          {working > 0 && (
            <>
              <ProgressBar mt={8} value={(100 * done) / documents} label={t("progress.label")} told={words} />
              <Text size="xs" c="dimmed" mt={6}>
                {t("progress.goesOn")}
              </Text>
            </>
          )}
        </Paper>
      )}
    </>
  );
}
