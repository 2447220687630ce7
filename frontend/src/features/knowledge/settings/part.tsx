import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { useErrorText } from "@/lib/use-error-text";

export interface PartProps {
  dataset: Dataset;
  mayEdit: boolean;
}

interface Props {
  title: string;
  hint?: ReactNode;
  /** Right of the title. */
  aside?: ReactNode;
  children: ReactNode;
}

/** One titled card of the settings. */
export function Part({ title, hint, aside, children }: Props) {
  const id = useId();
  return (
    <Paper component="section" withBorder radius="md" p="lg" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" mb="md" wrap="nowrap">
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {hint && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

interface FormProps {
  children: ReactNode;
  changed: boolean;
  saving: boolean;
  /** Set once what is shown was saved here. */
  saved: boolean;
  disabled?: boolean;
  error: unknown;
  mayEdit: boolean;
  onSave(): void;
  onReset(): void;
}

/** Fields that are saved together, by a button that is there once something is different. */
export function SavedForm({ children, changed, saving, saved, disabled = false, error, mayEdit, onSave, onReset }: FormProps) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const words = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && !disabled) onSave();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {children}
        {error !== null && error !== undefined && (
          <Text size="sm" c="var(--tm-bad)" role="alert">
            {words(error)}
          </Text>
        )}
        {mayEdit && changed && (
          <Group gap="xs">
            <Button type="submit" loading={saving} disabled={disabled}>
              {t("common:action.save")}
            </Button>
            <Button variant="default" onClick={onReset} disabled={saving}>
              {t("discard")}
            </Button>
          </Group>
        )}
        <Text size="sm" c="var(--tm-good)" role="status" hidden={!saved || changed}>
          {saved && !changed && (
            <>
              <IconCheck size={14} aria-hidden style={{ verticalAlign: "-2px" }} /> {t("common:action.saved")}
            </>
          )}
        </Text>
      </Stack>
    </form>
  );
}
