import { Alert, Button, Group, NumberInput, Paper, Stack, Text, Title } from "@mantine/core";
import { IconPlayerStop, IconRulerMeasure } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, TestQuestion, TestSet } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { resultsQuery } from "@/features/knowledge/knowledge-queries";
import { ResultsTable } from "@/features/knowledge/retrieval/results-table";
import { type RetrievalSettings, wrongIn } from "@/features/knowledge/retrieval/retrieval-settings";
import { VARIANTS } from "@/features/knowledge/retrieval/settings-panel";
import { useMeasure } from "@/features/knowledge/retrieval/test-mutations";
import { useSettingsWords } from "@/features/knowledge/retrieval/use-settings-words";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const MAX_K = 50;

interface Props {
  dataset: Dataset;
  set: TestSet;
  questions: readonly TestQuestion[];
  variants: RetrievalSettings[];
  mayMeasure: boolean;
  onAsk(question: string): void;
}

/** Asks all questions of a set under the settings at the left, and keeps how well each did. */
export function MeasurePanel({ dataset, set, questions, variants, mayMeasure, onAsk }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const words = useErrorText();
  const settingsWords = useSettingsWords();
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(resultsQuery(workspace.id, dataset.id, set.id));
  const [k, setK] = useState(5);
  const measure = useMeasure(dataset.id);
  const control = useRef<AbortController | null>(null);
  useEffect(() => () => control.current?.abort(), []);
  const ready = questions.length > 0 && k >= 1 && k <= MAX_K && variants.every((one) => wrongIn(one).size === 0);
  const run = () => {
    control.current = new AbortController();
    const settings = variants.map((one, at): [string, RetrievalSettings] => [variants.length > 1 ? (VARIANTS[at] ?? "") : "", one]);
    measure.mutate({ set: set.id, k, settings, signal: control.current.signal });
  };
  return (
    <section aria-labelledby="measure-title">
      <Title order={2} size="h5" id="measure-title" mb="xs">
        {t("measure.title")}
      </Title>
      {mayMeasure && (
        <Paper withBorder radius="md" p="md" mb="md">
          <Group align="flex-end" gap="md">
            <NumberInput
              label={t("measure.k")}
              description={t("measure.kHint")}
              w="13rem"
              min={1}
              max={MAX_K}
              allowDecimal={false}
              value={k}
              onChange={(next) => setK(Number(next))}
            />
            <Stack gap={2} flex="1 1 14rem">
              {variants.map((one, at) => (
                <Text key={VARIANTS[at]} size="sm">
                  {variants.length > 1 && <strong>{`${VARIANTS[at]}: `}</strong>}
                  {settingsWords(one)}
                </Text>
              ))}
              <Text size="xs" c="dimmed">
                {t("measure.settingsHint")}
              </Text>
            </Stack>
            {measure.isPending ? (
              <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => control.current?.abort()}>
                {t("measure.stop")}
              </Button>
            ) : (
              <Button leftSection={<IconRulerMeasure size={16} aria-hidden />} disabled={!ready} onClick={run}>
                {t("measure.run")}
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed" mt="xs" role="status">
            {measure.isPending
              ? t("measure.running", { count: questions.length * variants.length })
              : questions.length === 0
                ? t("measure.noQuestions")
                : ""}
          </Text>
          {measure.error && measure.error.name !== "AbortError" && (
            <Alert color="red" variant="light" role="alert" mt="xs">
              {words(measure.error)}
            </Alert>
          )}
        </Paper>
      )}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.results.length === 0 && <Text c="dimmed">{t("measure.empty")}</Text>}
      {data && data.results.length > 0 && (
        <ResultsTable dataset={dataset} set={set} results={data.results} mayDelete={mayMeasure} onAsk={onAsk} />
      )}
    </section>
  );
}
