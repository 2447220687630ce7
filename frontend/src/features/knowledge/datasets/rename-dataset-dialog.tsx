import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";

/** Name and description of a dataset. */
export default function RenameDatasetDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const update = useUpdateDataset(dataset.id);
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description);
  const fields = fieldErrors(update.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ name: name.trim(), description: description.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("rename.title")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("field.name")}
            required
            maxLength={100}
            value={name}
            error={fields.name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label={t("field.description")}
            maxLength={400}
            autosize
            minRows={2}
            value={description}
            error={fields.description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {update.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(update.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={update.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
