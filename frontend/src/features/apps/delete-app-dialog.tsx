import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useDeleteApp } from "@/features/apps/app-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  app: App;
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before an app goes; a published one only goes when its name is typed. */
export default function DeleteAppDialog({ app, onClose, onDeleted }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const words = useErrorText();
  const remove = useDeleteApp();
  const [typed, setTyped] = useState("");
  const live = app.published !== null;
  const sure = !live || typed.trim() === app.name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sure) return;
    remove.mutate(app.id, {
      onSuccess: () => {
        onClose();
        onDeleted?.();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={t("delete.title", { name: app.name })}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{live ? t("delete.live") : t("delete.draft")}</Text>
          {live && (
            <TextInput
              label={t("delete.typeName", { name: app.name })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {remove.error && (
            <Alert color="red" variant="light" role="alert">
              {words(remove.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!sure} loading={remove.isPending}>
              {t("common:action.delete")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
