import { ActionIcon, Button, Group, Select, Skeleton, Stack, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { questionsQuery, testSetsQuery } from "@/features/knowledge/knowledge-queries";
import { MeasurePanel } from "@/features/knowledge/retrieval/measure-panel";
import { QuestionList } from "@/features/knowledge/retrieval/question-list";
import type { RetrievalSettings } from "@/features/knowledge/retrieval/retrieval-settings";
import { SetNameDialog } from "@/features/knowledge/retrieval/set-name-dialog";
import { useSaveSet } from "@/features/knowledge/retrieval/test-mutations";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  variants: RetrievalSettings[];
  set: Id | undefined;
  onSet(set: Id | undefined): void;
  onAsk(question: string): void;
}

/** Questions with known answers, and how well settings did on them. */
export function TestSetsPanel({ dataset, variants, set, onSet, onAsk }: Props) {
  const { t } = useTranslation(["knowledge-retrieval", "common"]);
  const workspace = useWorkspace();
  const mayEdit = workspace.can("knowledge.edit");
  const { data: sets, error, refetch } = useQuery(testSetsQuery(workspace.id, dataset.id));
  const chosen = sets?.find((one) => one.id === set) ?? sets?.[0];
  const questions = useQuery({ ...questionsQuery(workspace.id, dataset.id, chosen?.id ?? ""), enabled: chosen !== undefined });
  const [dialog, setDialog] = useState<"new" | "rename" | "delete" | null>(null);
  const remove = useSaveSet(dataset.id);
  const add = (
    <Button variant={sets?.length ? "default" : "filled"} leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog("new")}>
      {t("sets.new")}
    </Button>
  );
  return (
    <Stack gap="lg">
      {error && !sets && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!sets && !error && <Skeleton height={120} />}
      {sets?.length === 0 && (
        <EmptyState title={t("sets.emptyTitle")} hint={t("sets.emptyHint")}>
          {mayEdit && add}
        </EmptyState>
      )}
      {sets && chosen && (
        <>
          <Group gap="xs" align="flex-end">
            <Select
              label={t("sets.set")}
              allowDeselect={false}
              w="18rem"
              data={sets.map((one) => ({ value: one.id, label: one.name }))}
              value={chosen.id}
              onChange={(next) => onSet(next ?? undefined)}
            />
            {mayEdit && (
              <>
                <Tooltip label={t("sets.rename")}>
                  <ActionIcon size={36} variant="default" aria-label={t("sets.rename")} onClick={() => setDialog("rename")}>
                    <IconPencil size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={t("sets.delete")}>
                  <ActionIcon size={36} variant="default" aria-label={t("sets.delete")} onClick={() => setDialog("delete")}>
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
                {add}
              </>
            )}
          </Group>
          {questions.error && <ErrorState error={questions.error} onRetry={() => void questions.refetch()} />}
          {questions.data && (
            <>
              <MeasurePanel
                key={chosen.id}
                dataset={dataset}
                set={chosen}
                questions={questions.data}
                variants={variants}
                mayMeasure={mayEdit}
                onAsk={onAsk}
              />
              <QuestionList dataset={dataset} set={chosen} questions={questions.data} mayEdit={mayEdit} onAsk={onAsk} />
            </>
          )}
        </>
      )}
      {(dialog === "new" || (dialog === "rename" && chosen)) && (
        <SetNameDialog
          dataset={dataset}
          set={dialog === "rename" ? chosen : undefined}
          onClose={() => setDialog(null)}
          onSaved={(saved) => onSet(saved.id)}
        />
      )}
      {dialog === "delete" && chosen && (
        <ConfirmDialog
          title={t("sets.deleteTitle", { name: chosen.name })}
          text={t("sets.deleteText")}
          confirm={t("common:action.delete")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() =>
            remove.mutate(
              { id: chosen.id },
              {
                onSuccess: () => {
                  onSet(undefined);
                  setDialog(null);
                },
              },
            )
          }
          onClose={() => setDialog(null)}
        />
      )}
    </Stack>
  );
}
