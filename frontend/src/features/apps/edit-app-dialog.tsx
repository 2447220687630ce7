import { Alert, Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useUpdateApp } from "@/features/apps/app-mutations";
import { IconPicker } from "@/features/apps/icon-picker";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";

/** Name, description and icon. */
export default function EditAppDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const words = useErrorText();
  const update = useUpdateApp(app.id);
  const [name, setName] = useState(app.name);
  const [description, setDescription] = useState(app.description);
  const [icon, setIcon] = useState({ icon: app.icon, icon_background: app.icon_background });
  const fields = fieldErrors(update.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate({ name: name.trim(), description: description.trim(), ...icon }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("edit.title")}>
      <form onSubmit={submit}>
        <Stack>
          <Group align="flex-end" wrap="nowrap">
            <IconPicker value={icon} onChange={setIcon} />
            <TextInput
              flex={1}
              label={t("field.name")}
              required
              maxLength={200}
              value={name}
              error={fields.name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
          </Group>
          <Textarea
            label={t("field.description")}
            autosize
            minRows={2}
            maxRows={6}
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
