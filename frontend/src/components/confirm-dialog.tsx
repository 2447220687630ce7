import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  title: string;
  text: string;
  confirm: string;
  error?: unknown;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something goes for good. The safe way out has the focus. */
export function ConfirmDialog({ title, text, confirm, error, busy, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const words = useErrorText();
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        <Text>{text}</Text>
        {error !== null && error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {words(error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("action.cancel")}
          </Button>
          <Button color="red" loading={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
