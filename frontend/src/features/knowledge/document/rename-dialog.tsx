import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { useRenameDocument } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

const LONGEST = 255;

export function RenameDialog({ dataset, document, onClose }: { dataset: Dataset; document: KnowledgeDocument; onClose(): void }) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const rename = useRenameDocument(dataset.id, document.id);
  const [name, setName] = useState(document.name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim(), { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("rename.title")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("rename.name")}
            maxLength={LONGEST}
            value={name}
            error={rename.error ? words(rename.error) : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={rename.isPending} disabled={!name.trim()}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
