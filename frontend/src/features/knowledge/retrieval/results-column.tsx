import { Group, Text, Title } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { HitCard } from "@/features/knowledge/retrieval/hit-card";
import { termsOf } from "@/features/knowledge/retrieval/highlight";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import type { RetrievalSettings } from "@/features/knowledge/retrieval/retrieval-settings";
import type { Target } from "@/features/knowledge/retrieval/test-mutations";
import type { Outcome } from "@/features/knowledge/retrieval/use-ask";
import { useSettingsWords } from "@/features/knowledge/retrieval/use-settings-words";
import type { Language } from "@/i18n";
import { useLanguage } from "@/lib/use-language";

interface Props {
  dataset: Dataset;
  /** «A» or «B» in a comparison. */
  name?: string;
  question: string;
  settings: RetrievalSettings;
  outcome: Outcome;
  onRetry(): void;
  /** Places in the other column of a comparison; null where that one failed. */
  others?: Map<Id, number> | null;
  target?: Target;
}

function duration(seconds: number, language: Language): string {
  const [value, unit] = seconds < 1 ? [Math.round(seconds * 1000), "millisecond"] : [seconds, "second"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 }).format(value);
}

/** What one set of settings found. */
export function ResultsColumn({ dataset, name, question, settings, outcome, onRetry, others, target }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const language = useLanguage();
  const words = useSettingsWords();
  const terms = useMemo(() => termsOf(question), [question]);
  const { answer } = outcome;
  const best = answer?.hits[0]?.score ?? 0;
  const title = name ? t("results.of", { name }) : t("results.title");
  return (
    <section aria-label={title} style={{ minWidth: 0 }}>
      <Group gap="xs" mb={4} align="baseline">
        <Title order={2} size="h5">
          {title}
        </Title>
        {answer && (
          <Text size="sm" c="dimmed" role="status">
            {t("results.count", { count: answer.hits.length, time: duration(answer.seconds, language) })}
          </Text>
        )}
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {words(settings)}
      </Text>
      {outcome.error !== undefined && <ErrorState error={outcome.error} onRetry={onRetry} />}
      {answer?.hits.length === 0 && (
        <EmptyState
          title={t("results.none")}
          hint={t(settings.conditions.length > 0 ? "results.noneFilter" : settings.limited ? "results.noneThreshold" : "results.noneHint")}
        />
      )}
      {answer && answer.hits.length > 0 && (
        <ol className={classes.hits}>
          {answer.hits.map((hit, index) => (
            <HitCard
              key={hit.segment_id}
              datasetId={dataset.id}
              hit={hit}
              place={index + 1}
              share={best > 0 ? hit.score / Math.max(best, 1) : 0}
              terms={terms}
              other={others === undefined ? undefined : (others?.get(hit.segment_id) ?? null)}
              target={target}
            />
          ))}
        </ol>
      )}
    </section>
  );
}
