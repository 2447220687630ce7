import { Alert, Button, Group, Loader, Paper, Select, Stack, Text, Textarea } from "@mantine/core";
import { IconPlayerStop, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ButtonLink } from "@/components/links";
import { testSetsQuery } from "@/features/knowledge/knowledge-queries";
import { placesOf } from "@/features/knowledge/retrieval/hits";
import { ResultsColumn } from "@/features/knowledge/retrieval/results-column";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import { type RetrievalSettings, sameSearch, wrongIn } from "@/features/knowledge/retrieval/retrieval-settings";
import { VARIANTS } from "@/features/knowledge/retrieval/settings-panel";
import { useTarget } from "@/features/knowledge/retrieval/test-mutations";
import type { Asking } from "@/features/knowledge/retrieval/use-ask";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const LONGEST = 10_000;

interface Props {
  dataset: Dataset;
  question: string;
  onQuestion(question: string): void;
  variants: RetrievalSettings[];
  asking: Asking;
  set: Id | undefined;
  onSet(set: Id | undefined): void;
  onAsk(question: string): void;
}

/** A question and what is found for it, under each of the settings. */
export function AskPanel({ dataset, question, onQuestion, variants, asking, set, onSet, onAsk }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const { asked, busy } = asking;
  const ready = question.trim() !== "" && variants.every((one) => wrongIn(one).size === 0);
  const nothing = dataset.available === 0;

  // A link with a question asks it; later changes of the address come from here.
  useEffect(() => {
    if (question.trim() && !asked && !busy) onAsk(question.trim());
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onAsk(question.trim());
  };
  const enter = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    submit(event);
  };
  const stale =
    asked &&
    (asked.columns.length !== variants.length || asked.columns.some(({ settings }, at) => !sameSearch(settings, variants[at] ?? settings)));
  return (
    <Stack>
      <Paper component="form" withBorder radius="md" p="md" onSubmit={submit}>
        <Textarea
          label={t("ask.question")}
          placeholder={t("ask.example")}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={LONGEST}
          value={question}
          onChange={(event) => onQuestion(event.currentTarget.value)}
          onKeyDown={enter}
        />
        <Group justify="space-between" mt="sm">
          <Text size="xs" c="dimmed" role="status">
            {busy ? t("ask.busy") : stale ? t("ask.stale") : ""}
          </Text>
          {busy ? (
            <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={asking.stop}>
              {t("ask.stop")}
            </Button>
          ) : (
            <Button type="submit" disabled={!ready} leftSection={<IconSearch size={16} aria-hidden />}>
              {t("ask.ask")}
            </Button>
          )}
        </Group>
      </Paper>
      {nothing && (
        <Alert color="yellow" variant="light">
          <Text size="sm">{t(dataset.working > 0 ? "ask.working" : "ask.nothing")}</Text>
          <ButtonLink mt="xs" size="xs" variant="default" to="/knowledge/$datasetId/documents" params={{ datasetId: dataset.id }}>
            {t("ask.documents")}
          </ButtonLink>
        </Alert>
      )}
      {busy && !asked && <Loader size="sm" role="status" aria-label={t("ask.busy")} />}
      {!asked && !busy && !nothing && <EmptyState title={t("ask.emptyTitle")} hint={t("ask.emptyHint")} />}
      {asked && <Results dataset={dataset} asking={asking} set={set} onSet={onSet} />}
    </Stack>
  );
}

function Results({ dataset, asking, set, onSet }: Pick<Props, "dataset" | "asking" | "set" | "onSet">) {
  const { t } = useTranslation("knowledge-retrieval");
  const words = useErrorText();
  const workspace = useWorkspace();
  const { data: sets } = useQuery(testSetsQuery(workspace.id, dataset.id));
  const chosen = sets?.find((one) => one.id === set) ?? sets?.[0];
  const question = asking.asked?.question ?? "";
  const target = useTarget(dataset, chosen, question, t("sets.first"), onSet);
  const columns = asking.asked?.columns ?? [];
  const places = columns.map(({ outcome }) => (outcome.answer ? placesOf(outcome.answer.hits) : null));
  const mayMark = workspace.can("knowledge.edit");
  return (
    <>
      {mayMark && columns.some(({ outcome }) => (outcome.answer?.hits.length ?? 0) > 0) && (
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {t(sets?.length ? "right.into" : "right.first")}
          </Text>
          {sets && sets.length > 0 && (
            <Select
              size="xs"
              aria-label={t("right.set")}
              allowDeselect={false}
              data={sets.map((one) => ({ value: one.id, label: one.name }))}
              value={chosen?.id ?? null}
              onChange={(next) => onSet(next ?? undefined)}
            />
          )}
          {target.error && (
            <Text size="sm" c="var(--tm-bad)" role="alert">
              {words(target.error)}
            </Text>
          )}
        </Group>
      )}
      <div className={classes.results} aria-busy={asking.busy}>
        {columns.map(({ settings, outcome }, index) => (
          <ResultsColumn
            key={VARIANTS[index]}
            dataset={dataset}
            name={columns.length > 1 ? VARIANTS[index] : undefined}
            question={question}
            settings={settings}
            outcome={outcome}
            onRetry={() =>
              asking.ask(
                question,
                columns.map((column) => column.settings),
              )
            }
            others={columns.length > 1 ? (places[1 - index] ?? null) : undefined}
            target={mayMark ? { ...target, busy: target.busy || asking.busy } : undefined}
          />
        ))}
      </div>
    </>
  );
}
