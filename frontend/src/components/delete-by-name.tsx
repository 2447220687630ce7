import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  title: string;
  /** What goes and what breaks with it. */
  children: ReactNode;
  /** To be typed where others depend on it; null: one click is enough. */
  typeName: string | null;
  /** False while what depends on it is not known yet. */
  ready?: boolean;
  error: unknown;
  busy: boolean;
  confirm?: string;
  onDelete: () => void;
  onClose: () => void;
}

/** Asks before something goes; what others depend on only goes when its name is typed. */
export function DeleteByName({ title, children, typeName, ready = true, error, busy, confirm, onDelete, onClose }: Props) {
  const { t } = useTranslation();
  const words = useErrorText();
  const [typed, setTyped] = useState("");
  const sure = ready && (typeName === null || typed.trim() === typeName.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sure) onDelete();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {typeName !== null && (
            <TextInput
              label={t("delete.typeName", { name: typeName })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {error !== null && error !== undefined && (
            <Alert color="red" variant="light" role="alert">
              {words(error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!sure} loading={busy}>
              {confirm ?? t("action.delete")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
