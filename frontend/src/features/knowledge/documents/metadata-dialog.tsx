import { Alert, Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, Id, KnowledgeDocument, MetadataField } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { localTime, unixTime } from "@/features/knowledge/document/local-time";
import { commonValues, type MetadataValue, operationsFor } from "@/features/knowledge/documents/metadata-values";
import { useSetMetadata } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  documents: readonly KnowledgeDocument[];
  onClose: () => void;
}

/** Sets fields of several documents at once; what is not touched stays as it is in each. */
export default function MetadataDialog({ dataset, documents, onClose }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const save = useSetMetadata(dataset.id);
  const common = commonValues(dataset.metadata_fields, documents);
  const [touched, setTouched] = useState<ReadonlyMap<Id, MetadataValue>>(new Map());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(operationsFor(documents, touched), { onSuccess: onClose });
  };
  const none = dataset.metadata_fields.length === 0;
  return (
    <Modal opened onClose={onClose} title={t("metadata.title", { name: documents[0]?.name, count: documents.length })}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            {t(none ? "metadata.none" : "metadata.hint")}{" "}
            <AnchorLink to="/knowledge/$datasetId/settings" params={{ datasetId: dataset.id }} size="sm" underline="always">
              {t("metadata.fields")}
            </AnchorLink>
          </Text>
          {dataset.metadata_fields.map((field) => {
            const shared = common.get(field.id);
            const value = touched.has(field.id) ? (touched.get(field.id) ?? null) : (shared?.value ?? null);
            const several = shared?.several === true && !touched.has(field.id);
            return (
              <FieldInput
                key={field.id}
                field={field}
                value={value}
                hint={several ? t("metadata.several") : undefined}
                onChange={(next) => setTouched(new Map(touched).set(field.id, next))}
              />
            );
          })}
          {save.error && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            {!none && (
              <Button type="submit" disabled={touched.size === 0} loading={save.isPending}>
                {t("metadata.save", { count: documents.length })}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface InputProps {
  field: MetadataField;
  value: MetadataValue;
  hint: string | undefined;
  onChange: (value: MetadataValue) => void;
}

function FieldInput({ field, value, hint, onChange }: InputProps) {
  const shared = { label: field.name, description: hint };
  if (field.type === "number") {
    return (
      <NumberInput
        {...shared}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(typeof next === "number" ? next : null)}
      />
    );
  }
  if (field.type === "time") {
    return (
      <TextInput
        {...shared}
        type="datetime-local"
        value={typeof value === "number" ? localTime(value) : ""}
        onChange={(event) => onChange(unixTime(event.currentTarget.value))}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      maxLength={2000}
      value={value === null ? "" : String(value)}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}
