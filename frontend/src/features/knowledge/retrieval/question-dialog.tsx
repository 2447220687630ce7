import { ActionIcon, Alert, Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, TestQuestion, TestSet } from "@/api/types";
import { documentsQuery } from "@/features/knowledge/knowledge-queries";
import { useSaveQuestion } from "@/features/knowledge/retrieval/test-mutations";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

type Row = TestQuestion["expected"][number];

interface Props {
  dataset: Dataset;
  set: TestSet;
  /** The question to change; without it a new one is added. */
  question?: TestQuestion;
  onClose(): void;
}

/** A question and the documents that hold its answer; single pieces are added from what a question found. */
export function QuestionDialog({ dataset, set, question, onClose }: Props) {
  const { t } = useTranslation(["knowledge-retrieval", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const save = useSaveQuestion(dataset.id);
  const [query, setQuery] = useState(question?.query ?? "");
  const [rows, setRows] = useState<readonly Row[]>(question?.expected ?? []);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 250);
  const { data } = useQuery(documentsQuery(workspace.id, dataset.id, { search: search || undefined, sort: "name" }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ set: set.id, id: question?.id, query: query.trim(), expected: [...rows] }, { onSuccess: onClose });
  };
  const choices = (data?.results ?? []).filter((one) => !rows.some((row) => row.document_id === one.id && !row.segment_id));
  return (
    <Modal opened onClose={onClose} title={t(question ? "questions.change" : "questions.add")} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={t("questions.question")}
            autosize
            minRows={2}
            maxRows={8}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            data-autofocus
          />
          <Stack gap={4} role="group" aria-label={t("questions.expected")}>
            <Text size="sm" fw={600}>
              {t("questions.expected")}
            </Text>
            {rows.map((row) => {
              const name =
                row.position === null || row.position === undefined
                  ? row.document_name || t("expected.gone")
                  : t("expected.piece", { name: row.document_name, number: row.position });
              return (
                <Group key={`${row.document_id} ${row.segment_id ?? ""}`} gap={4} wrap="nowrap">
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    {name}
                  </Text>
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    color="gray"
                    aria-label={t("questions.without", { name })}
                    onClick={() => setRows(rows.filter((one) => one !== row))}
                  >
                    <IconX size={14} aria-hidden />
                  </ActionIcon>
                </Group>
              );
            })}
            <Select
              aria-label={t("questions.addDocument")}
              placeholder={t("questions.addDocument")}
              searchable
              nothingFoundMessage={t("questions.noDocument")}
              searchValue={typed}
              onSearchChange={setTyped}
              // The server has searched already.
              filter={({ options }) => options}
              data={choices.map((one) => ({ value: one.id, label: one.name }))}
              value={null}
              onChange={(id) => {
                const found = choices.find((one) => one.id === id);
                if (!found) return;
                setRows([...rows, { document_id: found.id, document_name: found.name, position: null, excerpt: "" }]);
                setTyped("");
              }}
            />
            <Text size="xs" c="dimmed">
              {t("questions.pieceHint")}
            </Text>
          </Stack>
          {save.error && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!query.trim() || rows.length === 0}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
