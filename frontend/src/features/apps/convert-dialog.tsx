import { Alert, Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { App } from "@/api/types";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

/** Asks before a chat or a text generation is drawn as a flow of its own, and opens that. */
export default function ConvertDialog({ app, onClose }: { app: Pick<App, "id" | "name" | "mode">; onClose: () => void }) {
  const { t } = useTranslation(["convert", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const language = useLanguage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const kind = app.mode === "chat" ? "chat" : "text";
  const convert = useMutation({
    mutationFn: () => api.post<App>(workspace.path(`/apps/${app.id}/convert`), { language }),
    onSuccess: (made) => {
      client.setQueryData(keys.app(workspace.id, made.id), made);
      void client.invalidateQueries({ queryKey: keys.apps(workspace.id) });
      onClose();
      void navigate({ to: "/app/$appId/canvas", params: { appId: made.id } });
    },
  });
  return (
    <Modal opened onClose={onClose} title={t(`title.${kind}`)}>
      <Stack>
        <Text>{t(`text.${kind}`, { name: app.name })}</Text>
        <List size="sm">
          <List.Item>{t(`kept.${kind}`)}</List.Item>
          <List.Item>{t("stays", { name: app.name })}</List.Item>
          <List.Item>{t(`notKept.${kind}`)}</List.Item>
        </List>
        {convert.error && (
          <Alert color="red" variant="light" role="alert">
            {words(convert.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button loading={convert.isPending} onClick={() => convert.mutate()} data-autofocus>
            {t("go")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
