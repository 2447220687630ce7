import { Group, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { rowsOf } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { AddRow, RowTools } from "./row-tools";
import { nextId } from "./rows";

interface Class {
  id: string;
  name: string;
  label?: string;
  [key: string]: unknown;
}

/** The classes of a classifier, each with its own exit. Ids stay, since edges hang on them. */
export function ClassesWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const rows = rowsOf(value).map((raw): Class => ({ ...raw, id: String(raw.id ?? ""), name: String(raw.name ?? "") }));
  const replace = (index: number, patch: Partial<Class>) => onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("classes.hint")} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <ClassCard
            key={row.id || index}
            path={`${field.path}.${index}`}
            row={row}
            number={index + 1}
            count={rows.length}
            onChange={(patch) => replace(index, patch)}
            onMove={(by) => onChange(moved(rows, index, by))}
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && (
        <AddRow label={t("classes.add")} onClick={() => onChange([...rows, { id: nextId(rows.map((row) => row.id)), name: "" }])} />
      )}
    </FieldShell>
  );
}

interface CardProps {
  path: string;
  row: Class;
  number: number;
  count: number;
  onChange(patch: Partial<Class>): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function ClassCard({ path, row, number, count, onChange, onMove, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(`${path}.name`);
  const name = t("classes.class", { number });
  return (
    <div className={classes.card} role="group" aria-label={name} data-field={path}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600} style={{ whiteSpace: "nowrap" }}>
          {name}
        </Text>
        <TextInput
          size="xs"
          flex={1}
          aria-label={t("classes.labelOf", { number })}
          placeholder={t("classes.label")}
          value={row.label ?? ""}
          readOnly={readOnly}
          onChange={(event) => onChange({ label: event.currentTarget.value })}
        />
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={name} index={number - 1} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </Group>
      <div data-field={`${path}.name`}>
        <PromptEditor
          label={t("classes.nameOf", { number })}
          head={
            <Text size="xs" c="dimmed">
              {t("classes.name")}
            </Text>
          }
          placeholder={t("classes.nameHint")}
          value={row.name}
          readOnly={readOnly}
          invalid={invalid}
          tokens={false}
          minHeight="2rem"
          onChange={(text) => onChange({ name: text })}
        />
      </div>
      <FieldProblems path={path} />
    </div>
  );
}
