import { Alert, Button, FileInput, Group, Modal, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Dataset, DocumentReplacement, KnowledgeDocument, StoredFile } from "@/api/types";
import { useDatasetChanged } from "@/features/knowledge/knowledge-mutations";
import { datasetPath, documentTextQuery } from "@/features/knowledge/knowledge-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  onClose(): void;
}

/** Gives the document another content, a file or a text; pieces that stay the same are not embedded again. */
export function ReplaceDialog({ dataset, document, onClose }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const changed = useDatasetChanged(dataset.id);
  const [by, setBy] = useState<"file" | "text">(document.source_type === "upload_file" ? "file" : "text");
  const [file, setFile] = useState<File | null>(null);
  const { data } = useQuery({ ...documentTextQuery(workspace.id, dataset.id, document.id), enabled: by === "text" });
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? data?.text ?? "";
  const replace = useMutation({
    mutationFn: async () => {
      let change: DocumentReplacement = { text: shown, name: document.name };
      if (by === "file" && file) {
        const form = new FormData();
        form.append("file", file);
        form.append("purpose", "knowledge");
        const stored = await api.post<StoredFile>(workspace.path("/files"), form);
        change = { file: stored.id, name: file.name };
      }
      await api.post(datasetPath(workspace.id, dataset.id, `/documents/${document.id}/replace`), change);
    },
    onSuccess: async () => {
      onClose();
      await changed();
    },
  });
  const ready = by === "file" ? file !== null : shown.trim() !== "" && text !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("replace.title", { name: document.name })} size="xl">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("replace.hint")}
          </Text>
          <SegmentedControl
            w="fit-content"
            aria-label={t("replace.by")}
            value={by}
            data={(["file", "text"] as const).map((one) => ({ value: one, label: t(`replace.${one}`) }))}
            onChange={(next) => setBy(next as "file" | "text")}
          />
          {by === "file" ? (
            <FileInput
              label={t("replace.chooseFile")}
              placeholder={t("replace.noFile")}
              value={file}
              onChange={setFile}
              clearable
              clearButtonProps={{ "aria-label": t("common:action.clear") }}
            />
          ) : (
            <Textarea
              label={t("replace.newText")}
              autosize
              minRows={8}
              maxRows={22}
              value={shown}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          {replace.error && (
            <Alert color="red" variant="light" role="alert">
              {words(replace.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={replace.isPending} disabled={!ready}>
              {t("replace.confirm")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
