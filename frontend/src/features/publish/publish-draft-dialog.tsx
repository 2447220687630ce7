import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import type { App } from "@/api/types";
import { ButtonLink } from "@/components/links";
import { usePublish } from "@/features/publish/publish-queries";
import { useErrorText } from "@/lib/use-error-text";

/** Publishes the draft as it is saved. Errors in the flow lead to the canvas, where they can be mended. */
export function PublishDraftDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation(["publish", "common"]);
  const words = useErrorText();
  const publish = usePublish(app.id);
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const broken = publish.error instanceof ApiError && publish.error.code === "flow_has_errors";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate({ name: name.trim(), note: note.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("publish.title")}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("publish.hint")}
          </Text>
          <TextInput
            label={t("publish.name")}
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label={t("publish.note")}
            autosize
            minRows={2}
            maxRows={8}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {publish.error && (
            <Alert color="red" variant="light" role="alert">
              <Text size="sm">{words(publish.error)}</Text>
              {broken && (
                <ButtonLink mt="xs" size="xs" variant="default" to="/app/$appId/canvas" params={{ appId: app.id }}>
                  {t("publish.fix")}
                </ButtonLink>
              )}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={publish.isPending}>
              {t("live.publish")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
