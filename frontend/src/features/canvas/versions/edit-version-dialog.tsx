import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Version } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { useVersionUpkeep } from "./data";
import { useVersionName } from "./use-version-name";

/** What a version is called and what is said about it; its flow never changes. */
export function EditVersionDialog({ appId, version, onClose }: { appId: Id; version: Version; onClose: () => void }) {
  const { t } = useTranslation("versions");
  const nameOf = useVersionName();
  const { update } = useVersionUpkeep(useWorkspace().id, appId);
  const [name, setName] = useState(version.name);
  const [note, setNote] = useState(version.note);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    update.mutate({ id: version.id, name: name.trim(), note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("edit.title", { name: nameOf(version) })} closeButtonProps={{ "aria-label": t("close") }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("edit.name")}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label={t("edit.note")}
            maxLength={2000}
            autosize
            minRows={2}
            maxRows={8}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {update.error && <ErrorState error={update.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={update.isPending} disabled={version.number === null && !name.trim()}>
              {t("edit.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
