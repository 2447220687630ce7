import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ImportSteps } from "@/features/apps/import-steps";
import { useFreshEditor } from "@/features/apps/use-fresh-editor";

/** Puts a file's flow in place of an app's draft, after asking. */
export default function ReplaceDialog({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const [sure, setSure] = useState(false);
  const { close, markChanged } = useFreshEditor(onClose);
  return (
    <Modal opened onClose={close} size="xl" title={t("import.replaceTitle", { name: app.name })}>
      {sure ? (
        <ImportSteps appId={app.id} onImported={markChanged} />
      ) : (
        <Stack>
          <Alert color="yellow" variant="light">
            <Text size="sm">{t("import.replaceHint")}</Text>
          </Alert>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              {t("common:action.cancel")}
            </Button>
            <Button onClick={() => setSure(true)}>{t("import.replaceSure")}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
