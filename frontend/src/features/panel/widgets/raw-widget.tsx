import { Code, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldShell } from "../form/field-shell";
import type { FieldProps } from "../form/form-context";

/** Shown for a widget this version does not have: the value is kept and can be read. */
export function RawWidget({ field, value }: FieldProps) {
  const { t } = useTranslation("panel");
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint}>
      <Text size="xs" c="dimmed">
        {t("raw.hint")}
      </Text>
      <Code block>{JSON.stringify(value ?? null, null, 2)}</Code>
    </FieldShell>
  );
}
