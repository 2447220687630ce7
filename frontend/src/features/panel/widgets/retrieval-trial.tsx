import { Button, Stack, Text, Textarea } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type KeyboardEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { HitCard } from "@/features/knowledge/retrieval/hit-card";
import { termsOf } from "@/features/knowledge/retrieval/highlight";
import type { Answer, Hit } from "@/features/knowledge/retrieval/hits";
import classes from "@/features/knowledge/retrieval/retrieval.module.css";
import { runJob } from "@/lib/job";
import { useWorkspace } from "@/lib/use-workspace";
import { useNodeForm } from "../form/form-context";

type FoundHere = Omit<Answer, "hits"> & { hits: (Hit & { dataset_id: Id })[] };

/** A question to the chosen knowledge with the node's settings as they stand, without running anything. */
export default function RetrievalTrial() {
  const { t } = useTranslation("widgets");
  const { node } = useNodeForm();
  const workspace = useWorkspace();
  const [question, setQuestion] = useState("");
  const trial = useMutation({
    mutationFn: (query: string) =>
      runJob<FoundHere>(
        { path: workspace.path("/knowledge/try"), body: { query, config: node.data } },
        (id) => workspace.path(`/jobs/${id}`),
        new AbortController().signal,
      ),
  });
  const terms = useMemo(() => termsOf(trial.variables ?? ""), [trial.variables]);
  const hits = trial.data?.hits;
  const best = Math.max(1, ...(hits ?? []).map((hit) => hit.score));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (question.trim() && !trial.isPending) trial.mutate(question.trim());
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && event.keyCode !== 229) submit(event);
  };
  return (
    <Stack gap="xs">
      <form onSubmit={submit}>
        <Textarea
          size="xs"
          aria-label={t("trial.question")}
          placeholder={t("trial.question")}
          autosize
          minRows={1}
          maxRows={5}
          value={question}
          onChange={(event) => setQuestion(event.currentTarget.value)}
          onKeyDown={enter}
          autoFocus
        />
        <Button
          mt={6}
          size="compact-xs"
          variant="default"
          type="submit"
          disabled={!question.trim()}
          loading={trial.isPending}
          leftSection={<IconSearch size={13} aria-hidden />}
        >
          {t("trial.ask")}
        </Button>
      </form>
      {trial.error && <ErrorState error={trial.error} />}
      {hits && (
        <Text size="xs" c="dimmed" role="status">
          {t("trial.found", { count: hits.length })}
        </Text>
      )}
      {hits && hits.length > 0 && (
        <ol className={classes.hits}>
          {hits.map((hit, index) => (
            <HitCard
              key={hit.segment_id}
              datasetId={hit.dataset_id}
              hit={hit}
              place={index + 1}
              share={hit.score / best}
              terms={terms}
              newTab
            />
          ))}
        </ol>
      )}
    </Stack>
  );
}
