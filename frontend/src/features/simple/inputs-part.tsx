import { ActionIcon, Button, Checkbox, Group, Select, Stack, TagsInput, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type PartProps, Section } from "./section";
import { FORM_KINDS, type FormRow, formRows, freeName, text, texts, withFormRows } from "./settings";

/** What the app asks for before it begins. */
export function InputsPart({ settings, readOnly, onChange }: PartProps) {
  const { t } = useTranslation("simple");
  const rows = formRows(settings);
  const put = (next: readonly FormRow[]) => onChange(withFormRows(settings, next));
  const add = () => {
    const fields = { variable: freeName(rows), label: t("inputs.newLabel"), required: false, default: "", max_length: 200 };
    put([...rows, { kind: "text-input", fields }]);
  };
  return (
    <Section title={t("inputs.title")} hint={t("inputs.hint")}>
      {rows.map((row, index) => (
        <Row
          key={index}
          row={row}
          number={index + 1}
          readOnly={readOnly}
          onChange={(next) => put(rows.map((one, at) => (at === index ? next : one)))}
          onRemove={() => put(rows.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && (
        <Button variant="default" size="xs" w="fit-content" leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
          {t("inputs.add")}
        </Button>
      )}
    </Section>
  );
}

interface RowProps {
  row: FormRow;
  number: number;
  readOnly: boolean;
  onChange(row: FormRow): void;
  onRemove(): void;
}

function Row({ row, number, readOnly, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("simple");
  const { kind, fields } = row;
  const set = (patch: Record<string, unknown>) => onChange({ kind, fields: { ...fields, ...patch } });
  const kinds = FORM_KINDS.some((one) => one === kind) ? [...FORM_KINDS] : [...FORM_KINDS, kind];
  return (
    <Stack gap={6} role="group" aria-label={t("inputs.row", { number })}>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <Select
          size="xs"
          w={140}
          label={t("inputs.kind")}
          data={kinds.map((one) => ({ value: one, label: t(`kind.${one}`, { defaultValue: one }) }))}
          value={kind}
          allowDeselect={false}
          readOnly={readOnly}
          onChange={(next) => next && onChange({ kind: next, fields })}
        />
        <TextInput
          size="xs"
          flex={1}
          label={t("inputs.name")}
          value={text(fields.variable)}
          readOnly={readOnly}
          onChange={(event) => set({ variable: event.currentTarget.value })}
        />
        <TextInput
          size="xs"
          flex={1}
          label={t("inputs.label")}
          value={text(fields.label)}
          readOnly={readOnly}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
        {!readOnly && (
          <Tooltip label={t("inputs.remove", { number })}>
            <ActionIcon variant="subtle" color="gray" aria-label={t("inputs.remove", { number })} onClick={onRemove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Checkbox
        size="xs"
        label={t("inputs.required")}
        checked={fields.required === true}
        disabled={readOnly}
        onChange={(event) => set({ required: event.currentTarget.checked })}
      />
      {kind === "select" && (
        <TagsInput
          size="xs"
          label={t("inputs.options")}
          value={texts(fields.options)}
          readOnly={readOnly}
          onChange={(options) => set({ options })}
        />
      )}
      {!FORM_KINDS.some((one) => one === kind) && (
        <Text size="xs" c="dimmed">
          {t("inputs.kept")}
        </Text>
      )}
    </Stack>
  );
}
