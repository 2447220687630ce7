import { ActionIcon, Group, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight, IconTrash } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id, TestResult, TestSet } from "@/api/types";
import { RelativeTime } from "@/components/relative-time";
import { bestIn, formerOf, METRICS, metricsOf, rowsOf } from "@/features/knowledge/retrieval/measured";
import { MeasuredQuestions } from "@/features/knowledge/retrieval/measured-questions";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import { fromRetrieval } from "@/features/knowledge/retrieval/retrieval-settings";
import { useDeleteResult } from "@/features/knowledge/retrieval/test-mutations";
import { useSettingsWords } from "@/features/knowledge/retrieval/use-settings-words";
import { useLanguage } from "@/lib/use-language";
import { useErrorText } from "@/lib/use-error-text";
import { ApiError } from "@/api/client";

interface Props {
  dataset: Dataset;
  set: TestSet;
  /** The newest first. */
  results: readonly TestResult[];
  mayDelete: boolean;
  onAsk(question: string): void;
}

/** Every measurement of a set with its settings: what a change of settings did. */
export function ResultsTable({ dataset, set, results, mayDelete, onAsk }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const [open, setOpen] = useState<Id | null>(null);
  const remove = useDeleteResult(dataset.id, set.id);
  const words = useErrorText();
  const best = new Map(METRICS.map((metric) => [metric, bestIn(results, metric)]));
  const columns = 4 + METRICS.length;
  return (
    <Table.ScrollContainer minWidth={640}>
      {remove.error && (
        <Text size="sm" c="var(--tm-bad)" role="alert">
          {words(remove.error)}
        </Text>
      )}
      <Table verticalSpacing="xs" withTableBorder bg="var(--mantine-color-body)" aria-label={t("measure.history")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="38%">{t("measure.settings")}</Table.Th>
            <Table.Th>{t("measure.when")}</Table.Th>
            {METRICS.map((metric) => (
              <Table.Th key={metric}>
                <Tooltip label={t(`metricHint.${metric}`)} multiline maw={280}>
                  <span>{t(`metric.${metric}`)}</span>
                </Tooltip>
              </Table.Th>
            ))}
            <Table.Th>{t("measure.time")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("questions.actions")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.map((result) => (
            <Fragment key={result.id}>
              <ResultRow
                result={result}
                former={formerOf(results, result)}
                best={best}
                open={open === result.id}
                onOpen={() => setOpen(open === result.id ? null : result.id)}
                onDelete={mayDelete ? () => remove.mutate(result.id) : undefined}
              />
              {open === result.id && (
                <Table.Tr>
                  <Table.Td colSpan={columns} bg="var(--tm-surface)">
                    <MeasuredQuestions rows={rowsOf(result)} former={formerOf(results, result)} onAsk={onAsk} />
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  result: TestResult;
  former: TestResult | undefined;
  best: Map<string, Set<Id>>;
  open: boolean;
  onOpen(): void;
  onDelete?: () => void;
}

function ResultRow({ result, former, best, open, onOpen, onDelete }: RowProps) {
  const { t } = useTranslation("knowledge-retrieval");
  const language = useLanguage();
  const settingsWords = useSettingsWords();
  const metrics = metricsOf(result);
  const before = former && metricsOf(former);
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const ms = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const name = settingsWords(fromRetrieval(result.settings));
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" component="span">
          {result.label && <strong>{`${result.label}: `}</strong>}
          {name}
        </Text>
        {metrics && (
          <Text size="xs" c="dimmed">
            {t("measure.scope", { count: metrics.questions, k: metrics.k })}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.number}>
        <RelativeTime value={result.created_at} />
      </Table.Td>
      {metrics ? (
        <>
          {METRICS.map((metric) => (
            <Table.Td key={metric} className={classes.number} fw={best.get(metric)?.has(result.id) ? 700 : undefined}>
              {number.format(metrics[metric])}
              {best.get(metric)?.has(result.id) && <VisuallyHidden>{t("measure.best")}</VisuallyHidden>}
              {before && <Change value={metrics[metric] - before[metric]} />}
            </Table.Td>
          ))}
          <Table.Td className={classes.number}>{t("measure.ms", { ms: ms.format(metrics.latency_ms) })}</Table.Td>
        </>
      ) : (
        <Table.Td colSpan={METRICS.length + 1} c="var(--tm-bad)">
          <Failure error={result.error} />
        </Table.Td>
      )}
      <Table.Td>
        <Group gap={2} wrap="nowrap" justify="flex-end">
          {metrics && (
            <Tooltip label={t("measure.questions")}>
              <ActionIcon variant="subtle" color="gray" aria-expanded={open} aria-label={t("measure.questions")} onClick={onOpen}>
                <Chevron size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
          {onDelete && (
            <Tooltip label={t("measure.delete")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("measure.delete")} onClick={onDelete}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Failure({ error }: { error: TestResult["error"] }) {
  const words = useErrorText();
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  return <>{words(new ApiError({ code, message, status: 422, details: {} }))}</>;
}

/** What a metric gained or lost against the measurement before. */
function Change({ value }: { value: number }) {
  const { t } = useTranslation("knowledge-retrieval");
  const language = useLanguage();
  if (Math.abs(value) < 0.0005) return null;
  const up = value > 0;
  const Arrow = up ? IconArrowUp : IconArrowDown;
  const shown = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(Math.abs(value));
  return (
    <Text span size="xs" ml={6} fw={400} c={up ? "var(--tm-good)" : "var(--tm-bad)"}>
      <Arrow size={12} aria-hidden style={{ verticalAlign: "-1px" }} />
      <VisuallyHidden>{t(up ? "measure.up" : "measure.down")}</VisuallyHidden>
      {shown}
    </Text>
  );
}
