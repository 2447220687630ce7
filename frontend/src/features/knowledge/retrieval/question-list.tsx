import { ActionIcon, Button, Group, Table, Text, Title, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, TestQuestion, TestSet } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { QuestionDialog } from "@/features/knowledge/retrieval/question-dialog";
import { useSaveQuestion } from "@/features/knowledge/retrieval/test-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  set: TestSet;
  questions: readonly TestQuestion[];
  mayEdit: boolean;
  onAsk(question: string): void;
}

/** The questions of a set and what each should find. */
export function QuestionList({ dataset, set, questions, mayEdit, onAsk }: Props) {
  const { t } = useTranslation(["knowledge-retrieval", "common"]);
  const words = useErrorText();
  const [editing, setEditing] = useState<TestQuestion | "new" | null>(null);
  const save = useSaveQuestion(dataset.id);
  return (
    <section aria-labelledby="questions-title">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="questions-title">
          {t("questions.title", { count: questions.length })}
        </Title>
        {mayEdit && (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEditing("new")}>
            {t("questions.add")}
          </Button>
        )}
      </Group>
      {questions.length === 0 && <Text c="dimmed">{t("questions.empty")}</Text>}
      {save.error && (
        <Text size="sm" c="var(--tm-bad)" role="alert">
          {words(save.error)}
        </Text>
      )}
      {questions.length > 0 && (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing="xs" withTableBorder bg="var(--mantine-color-body)" aria-label={t("questions.list")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("questions.question")}</Table.Th>
                <Table.Th>{t("questions.expected")}</Table.Th>
                {mayEdit && (
                  <Table.Th>
                    <VisuallyHidden>{t("questions.actions")}</VisuallyHidden>
                  </Table.Th>
                )}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {questions.map((question) => (
                <Table.Tr key={question.id}>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>
                    <Tooltip label={t("questions.ask")}>
                      <UnstyledButton fz="sm" onClick={() => onAsk(question.query)}>
                        {question.query}
                      </UnstyledButton>
                    </Tooltip>
                  </Table.Td>
                  <Table.Td>
                    {question.expected.map((one) => (
                      <ExpectedLink key={`${one.document_id} ${one.segment_id ?? ""}`} dataset={dataset} expected={one} />
                    ))}
                  </Table.Td>
                  {mayEdit && (
                    <Table.Td>
                      <Group gap={2} wrap="nowrap" justify="flex-end">
                        <Tooltip label={t("common:action.edit")}>
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t("questions.edit", { query: question.query })}
                            onClick={() => setEditing(question)}
                          >
                            <IconPencil size={16} aria-hidden />
                          </ActionIcon>
                        </Tooltip>
                        <Tooltip label={t("common:action.delete")}>
                          <ActionIcon
                            variant="subtle"
                            color="gray"
                            aria-label={t("questions.delete", { query: question.query })}
                            disabled={save.isPending}
                            onClick={() => save.mutate({ set: set.id, id: question.id, query: question.query, expected: [] })}
                          >
                            <IconTrash size={16} aria-hidden />
                          </ActionIcon>
                        </Tooltip>
                      </Group>
                    </Table.Td>
                  )}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {editing && (
        <QuestionDialog dataset={dataset} set={set} question={editing === "new" ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </section>
  );
}

function ExpectedLink({ dataset, expected }: { dataset: Dataset; expected: TestQuestion["expected"][number] }) {
  const { t } = useTranslation("knowledge-retrieval");
  if (!expected.document_name) {
    return (
      <Text size="sm" c="var(--tm-warn)">
        {t("expected.gone")}
      </Text>
    );
  }
  const piece = expected.position !== null;
  return (
    <Tooltip label={expected.excerpt} disabled={!expected.excerpt} multiline maw={360}>
      <AnchorLink
        to="/knowledge/$datasetId/documents/$documentId"
        params={{ datasetId: dataset.id, documentId: expected.document_id }}
        search={piece ? { segment: expected.segment_id } : {}}
        size="sm"
        td="underline"
        display="block"
        w="fit-content"
      >
        {piece
          ? t("expected.piece", { name: expected.document_name, number: expected.position })
          : t(expected.segment_id ? "expected.pieceGone" : "expected.document", { name: expected.document_name })}
      </AnchorLink>
    </Tooltip>
  );
}
