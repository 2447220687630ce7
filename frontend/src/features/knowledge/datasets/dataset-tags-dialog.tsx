import { ActionIcon, Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Dataset, DatasetTag, Id } from "@/api/types";
import { useDatasetChanged } from "@/features/knowledge/knowledge-mutations";
import { datasetPath, tagsQuery } from "@/features/knowledge/knowledge-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** The tags of a dataset: tick, add, and delete what nobody needs any more. */
export default function DatasetTagsDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const client = useQueryClient();
  const { id: ws, path } = useWorkspace();
  const changed = useDatasetChanged(dataset.id);
  const { data: tags = [] } = useQuery(tagsQuery(ws));
  const [chosen, setChosen] = useState<ReadonlySet<Id>>(() => new Set(dataset.tags.map((tag) => tag.id)));
  const [name, setName] = useState("");
  const tagsChanged = () => client.invalidateQueries({ queryKey: keys.datasetTags(ws) });
  const choose = (id: Id, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const add = useMutation({
    mutationFn: () => api.post<DatasetTag>(path("/dataset-tags"), { name: name.trim() }),
    onSuccess: async (tag) => {
      await tagsChanged();
      choose(tag.id, true);
      setName("");
    },
  });
  const remove = useMutation({
    mutationFn: (id: Id) => api.delete(path(`/dataset-tags/${id}`)),
    onSuccess: async (_, id) => {
      choose(id, false);
      await Promise.all([tagsChanged(), changed()]);
    },
  });
  const save = useMutation({
    mutationFn: () => api.put(datasetPath(ws, dataset.id, "/tags"), { tag_ids: [...chosen] }),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  const error = add.error ?? remove.error ?? save.error;
  const addNow = (event: FormEvent) => {
    event.preventDefault();
    const known = tags.find((tag) => tag.name === name.trim());
    if (known) {
      choose(known.id, true);
      setName("");
    } else if (name.trim()) add.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("tags.title", { name: dataset.name })}>
      <Stack>
        <form onSubmit={addNow}>
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              flex={1}
              label={t("tags.new")}
              maxLength={50}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Button
              type="submit"
              variant="default"
              disabled={!name.trim()}
              loading={add.isPending}
              leftSection={<IconPlus size={16} aria-hidden />}
            >
              {t("common:action.add")}
            </Button>
          </Group>
        </form>
        {tags.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("tags.none")}
          </Text>
        )}
        <Stack gap="xs" role="group" aria-label={t("card.tags")}>
          {tags.map((tag) => (
            <Group key={tag.id} justify="space-between" wrap="nowrap">
              <Checkbox label={tag.name} checked={chosen.has(tag.id)} onChange={(event) => choose(tag.id, event.currentTarget.checked)} />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("tags.delete", { name: tag.name })}
                title={t("tags.deleteHint")}
                loading={remove.isPending && remove.variables === tag.id}
                onClick={() => remove.mutate(tag.id)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
        </Stack>
        {error && (
          <Alert color="red" variant="light" role="alert">
            {words(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t("common:action.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
