import { Alert, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument, MetadataField } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { localTime, unixTime } from "@/features/knowledge/document/local-time";
import { useSetMetadata } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  onClose(): void;
}

type Value = string | number | null;

/** Fills in the fields of one document; an emptied field loses its value. */
export function MetadataDialog({ dataset, document, onClose }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const save = useSetMetadata(dataset.id);
  const [values, setValues] = useState<Record<string, Value>>(() => ({ ...(document.metadata as Record<string, Value>) }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const metadata_list = dataset.metadata_fields.map((field) => ({ id: field.id, value: values[field.id] ?? null }));
    save.mutate([{ document_id: document.id, metadata_list, partial_update: true }], { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("metadata.title", { name: document.name })}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("metadata.hint")}{" "}
            <AnchorLink to="/knowledge/$datasetId/settings" params={{ datasetId: dataset.id }} td="underline" size="sm">
              {t("metadata.fields")}
            </AnchorLink>
          </Text>
          {dataset.metadata_fields.map((field) => (
            <MetadataValue
              key={field.id}
              field={field}
              value={values[field.id] ?? null}
              onChange={(value) => setValues({ ...values, [field.id]: value })}
            />
          ))}
          {save.error && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function MetadataValue({ field, value, onChange }: { field: MetadataField; value: Value; onChange(value: Value): void }) {
  if (field.type === "number") {
    return (
      <NumberInput
        label={field.name}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(typeof next === "number" ? next : null)}
      />
    );
  }
  if (field.type === "time") {
    return (
      <TextInput
        type="datetime-local"
        label={field.name}
        value={typeof value === "number" ? localTime(value) : ""}
        onChange={(event) => onChange(unixTime(event.currentTarget.value))}
      />
    );
  }
  return (
    <TextInput
      label={field.name}
      maxLength={2000}
      value={value === null ? "" : String(value)}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
