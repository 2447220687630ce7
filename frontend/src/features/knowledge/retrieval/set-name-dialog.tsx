import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, TestSet } from "@/api/types";
import { testSetsQuery } from "@/features/knowledge/knowledge-queries";
import { useSaveSet } from "@/features/knowledge/retrieval/test-mutations";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  /** The set to rename; without it a new one is made. */
  set?: TestSet;
  onClose(): void;
  onSaved(set: TestSet): void;
}

export function SetNameDialog({ dataset, set, onClose, onSaved }: Props) {
  const { t } = useTranslation(["knowledge-retrieval", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const save = useSaveSet(dataset.id);
  const [name, setName] = useState(set?.name ?? "");
  const { data: sets } = useQuery(testSetsQuery(workspace.id, dataset.id));
  const taken = sets?.some((one) => one.name === name.trim() && one.id !== set?.id) ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (taken) return;
    save.mutate(
      { id: set?.id, name: name.trim() },
      {
        onSuccess: (saved) => {
          if (saved) onSaved(saved);
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t(set ? "sets.rename" : "sets.new")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("sets.name")}
            placeholder={t("sets.nameExample")}
            maxLength={100}
            value={name}
            error={taken ? t("sets.taken") : save.error ? words(save.error) : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!name.trim() || taken}>
              {t(set ? "common:action.save" : "common:action.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
