import { ActionIcon, Button, Group, Select, Switch, Table, Text, TextInput, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Dataset, Id, MetadataField } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useDatasetChanged, useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import { Part, type PartProps } from "@/features/knowledge/settings/part";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const TYPES = ["string", "number", "time"] as const;
type FieldType = MetadataField["type"];

const BUILT_IN = new Set(["document_name", "uploader", "upload_date", "last_update_date", "source"]);

/** Whether a field of this name is there already, or built in. */
function isTaken(dataset: Dataset, name: string): boolean {
  return BUILT_IN.has(name.trim()) || dataset.metadata_fields.some((field) => field.name === name.trim());
}

/** Adds a field, renames the one of `id`, or deletes it where there is no name. */
function useSaveField(dataset: Dataset) {
  const { id: ws } = useWorkspace();
  const changed = useDatasetChanged(dataset.id);
  return useMutation({
    mutationFn: async ({ id, name, type }: { id?: Id; name?: string; type?: FieldType }) => {
      const path = datasetPath(ws, dataset.id, `/metadata-fields${id ? `/${id}` : ""}`);
      if (!id) await api.post(path, { name, type });
      else if (name === undefined) await api.delete(path);
      else await api.patch(path, { name });
    },
    onSuccess: changed,
  });
}

/** The fields that documents of this dataset can have values in. */
export function FieldsPart({ dataset, mayEdit }: PartProps) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const update = useUpdateDataset(dataset.id);
  const remove = useSaveField(dataset);
  const [deleting, setDeleting] = useState<MetadataField | null>(null);
  const fields = dataset.metadata_fields;
  return (
    <Part title={t("fields.title")} hint={t("fields.hint")}>
      {fields.length > 0 && (
        <Table mb="md" withTableBorder aria-label={t("fields.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("fields.name")}</Table.Th>
              <Table.Th>{t("fields.type")}</Table.Th>
              {mayEdit && (
                <Table.Th>
                  <VisuallyHidden>{t("fields.actions")}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map((field) => (
              <FieldRow key={field.id} dataset={dataset} field={field} mayEdit={mayEdit} onDelete={() => setDeleting(field)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {mayEdit && <NewField dataset={dataset} />}
      <Switch
        mt="lg"
        label={t("fields.builtIn")}
        description={t("fields.builtInHint")}
        checked={dataset.built_in_fields}
        disabled={!mayEdit || update.isPending}
        onChange={(event) => update.mutate({ built_in_fields: event.currentTarget.checked })}
      />
      {deleting && (
        <ConfirmDialog
          title={t("fields.deleteTitle", { name: deleting.name })}
          text={t("fields.deleteText")}
          confirm={t("common:action.delete")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate({ id: deleting.id }, { onSuccess: () => setDeleting(null) })}
          onClose={() => setDeleting(null)}
        />
      )}
    </Part>
  );
}

function FieldRow({ dataset, field, mayEdit, onDelete }: PartProps & { field: MetadataField; onDelete(): void }) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const words = useErrorText();
  const save = useSaveField(dataset);
  const [name, setName] = useState<string | null>(null);
  const taken = name !== null && name.trim() !== field.name && isTaken(dataset, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (taken) return;
    save.mutate({ id: field.id, name: name?.trim() ?? "" }, { onSuccess: () => setName(null) });
  };
  return (
    <Table.Tr>
      <Table.Td>
        {name === null ? (
          field.name
        ) : (
          <form onSubmit={submit}>
            <Group gap="xs" align="flex-start" wrap="nowrap">
              <TextInput
                size="xs"
                flex={1}
                aria-label={t("fields.newName", { name: field.name })}
                maxLength={255}
                value={name}
                error={taken ? t("fields.taken") : save.error ? words(save.error) : undefined}
                onChange={(event) => setName(event.currentTarget.value)}
                autoFocus
              />
              <Button size="xs" type="submit" loading={save.isPending} disabled={!name.trim() || taken}>
                {t("common:action.save")}
              </Button>
              <Button size="xs" variant="default" onClick={() => setName(null)}>
                {t("common:action.cancel")}
              </Button>
            </Group>
          </form>
        )}
      </Table.Td>
      <Table.Td>{t(`fieldType.${field.type}`)}</Table.Td>
      {mayEdit && (
        <Table.Td>
          <Group gap={2} justify="flex-end" wrap="nowrap">
            <Tooltip label={t("fields.rename")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("fields.renameOf", { name: field.name })}
                onClick={() => setName(field.name)}
              >
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("common:action.delete")}>
              <ActionIcon variant="subtle" color="gray" aria-label={t("fields.deleteOf", { name: field.name })} onClick={onDelete}>
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function NewField({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const words = useErrorText();
  const save = useSaveField(dataset);
  const [name, setName] = useState("");
  const [type, setType] = useState<FieldType>("string");
  const taken = isTaken(dataset, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && !taken) save.mutate({ name: name.trim(), type }, { onSuccess: () => setName("") });
  };
  return (
    <form onSubmit={submit}>
      <Group align={taken ? "center" : "flex-end"} gap="xs">
        <TextInput
          flex="1 1 12rem"
          label={t("fields.new")}
          placeholder={t("fields.example")}
          maxLength={255}
          value={name}
          error={taken ? t("fields.taken") : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          w="9rem"
          label={t("fields.type")}
          allowDeselect={false}
          value={type}
          data={TYPES.map((one) => ({ value: one, label: t(`fieldType.${one}`) }))}
          onChange={(next) => setType(TYPES.find((one) => one === next) ?? "string")}
        />
        <Button
          type="submit"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          loading={save.isPending}
          disabled={!name.trim() || taken}
        >
          {t("common:action.add")}
        </Button>
      </Group>
      {save.error && (
        <Text size="sm" c="var(--tm-bad)" role="alert" mt={4}>
          {words(save.error)}
        </Text>
      )}
    </form>
  );
}
