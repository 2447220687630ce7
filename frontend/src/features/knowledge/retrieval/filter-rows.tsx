import { ActionIcon, Button, Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { localTime, unixTime } from "@/features/knowledge/document/local-time";
import {
  type Condition,
  type FieldType,
  filterFields,
  operatorsOf,
  type RetrievalSettings,
  takesValue,
  wrongIn,
} from "@/features/knowledge/retrieval/retrieval-settings";
import { useOperatorWords } from "@/features/panel/widgets/operators";

interface Props {
  dataset: Dataset;
  value: RetrievalSettings;
  onChange(change: Partial<RetrievalSettings>): void;
}

/** Conditions on the metadata of documents: only what meets them is searched. */
export function FilterRows({ dataset, value, onChange }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const fields = filterFields(dataset);
  const rows = value.conditions;
  const set = (conditions: Condition[]) => onChange({ conditions });
  if (fields.size === 0 && rows.length === 0) return null;
  const [first = "", type = "string"] = [...fields][0] ?? [];
  return (
    <Stack gap={6} role="group" aria-label={t("filter.title")}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {t("filter.title")}
        </Text>
        {rows.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t("filter.join")}
            value={value.join}
            data={(["and", "or"] as const).map((one) => ({ value: one, label: t(`filter.${one}`) }))}
            onChange={(join) => onChange({ join: join as RetrievalSettings["join"] })}
          />
        )}
      </Group>
      {rows.map((row, index) => (
        <ConditionRow
          // Rows have no other identity than their place.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          number={index + 1}
          fields={fields}
          row={row}
          onChange={(next) => set(rows.map((one, at) => (at === index ? next : one)))}
          onRemove={() => set(rows.filter((_, at) => at !== index))}
        />
      ))}
      {wrongIn(value).has("conditions") && (
        <Text size="xs" c="dimmed">
          {t("filter.incomplete")}
        </Text>
      )}
      <Button
        size="compact-xs"
        variant="default"
        w="fit-content"
        leftSection={<IconPlus size={13} aria-hidden />}
        onClick={() => set([...rows, { name: first, comparison_operator: operatorsOf(type)[0] ?? "", value: "" }])}
      >
        {t("filter.add")}
      </Button>
    </Stack>
  );
}

interface RowProps {
  number: number;
  fields: Map<string, FieldType>;
  row: Condition;
  onChange(row: Condition): void;
  onRemove(): void;
}

function ConditionRow({ number, fields, row, onChange, onRemove }: RowProps) {
  const { t } = useTranslation(["knowledge-retrieval", "panel"]);
  const words = useOperatorWords();
  const type = fields.get(row.name) ?? "string";
  const operators = operatorsOf(type);
  const names = fields.has(row.name) || !row.name ? [...fields.keys()] : [row.name, ...fields.keys()];
  return (
    <div role="group" aria-label={t("filter.condition", { number })}>
      <Group gap={4} wrap="nowrap">
        <Select
          size="xs"
          flex={1}
          aria-label={t("filter.field", { number })}
          allowDeselect={false}
          data={names}
          value={row.name || null}
          onChange={(name) => {
            if (!name || name === row.name) return;
            onChange({ name, comparison_operator: operatorsOf(fields.get(name) ?? "string")[0] ?? "", value: "" });
          }}
        />
        <Select
          size="xs"
          w={120}
          aria-label={t("filter.operator", { number })}
          allowDeselect={false}
          data={operators.map((one) => ({ value: one, label: words(one) }))}
          value={row.comparison_operator}
          onChange={(next) => next && onChange({ ...row, comparison_operator: next })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={t("filter.remove", { number })} onClick={onRemove}>
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </Group>
      {takesValue(row.comparison_operator) && (
        <ConditionValue
          type={type}
          label={t("filter.value", { number })}
          value={row.value}
          onChange={(next) => onChange({ ...row, value: next })}
        />
      )}
    </div>
  );
}

interface ValueProps {
  type: FieldType;
  label: string;
  value: Condition["value"];
  onChange(value: string | number): void;
}

function ConditionValue({ type, label, value, onChange }: ValueProps) {
  if (type === "number") {
    return <NumberInput size="xs" mt={4} aria-label={label} value={value ?? ""} onChange={(next) => onChange(next)} />;
  }
  if (type === "time") {
    return (
      <TextInput
        size="xs"
        mt={4}
        type="datetime-local"
        aria-label={label}
        value={typeof value === "number" ? localTime(value) : ""}
        onChange={(event) => onChange(unixTime(event.currentTarget.value) ?? "")}
      />
    );
  }
  return <TextInput size="xs" mt={4} aria-label={label} value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value)} />;
}
