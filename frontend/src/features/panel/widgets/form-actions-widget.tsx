import { Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { rowsOf } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { BUTTON_STYLES, type FormAction, newAction, readActions } from "./form-fields";
import { AddRow, RowTools } from "./row-tools";

/** The buttons of a form, each an exit of the node. */
export function FormActionsWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const rows = readActions(value);
  const replace = (index: number, patch: Partial<FormAction>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("form.actionsHint")} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <ActionRow
            key={row.id || index}
            path={`${field.path}.${index}`}
            row={row}
            index={index}
            count={rows.length}
            onChange={(patch) => replace(index, patch)}
            onMove={(by) => onChange(moved(rows, index, by))}
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && <AddRow label={t("form.addAction")} onClick={() => onChange([...rows, newAction(rows, t("form.newAction"))])} />}
    </FieldShell>
  );
}

interface RowProps {
  path: string;
  row: FormAction;
  index: number;
  count: number;
  onChange(patch: Partial<FormAction>): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function ActionRow({ path, row, index, count, onChange, onMove, onRemove }: RowProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(path);
  return (
    <div data-field={path} role="group" aria-label={t("form.action", { name: row.title || row.id })}>
      <div className={classes.row}>
        <TextInput
          size="xs"
          flex={1}
          aria-label={t("form.titleOf", { number: index + 1 })}
          placeholder={t("form.title")}
          value={row.title}
          error={invalid}
          readOnly={readOnly}
          onChange={(event) => onChange({ title: event.currentTarget.value })}
        />
        <Select
          size="xs"
          w={120}
          aria-label={t("form.styleOf", { number: index + 1 })}
          data={BUTTON_STYLES.map((style) => ({ value: style, label: t(`form.style.${style}`) }))}
          value={row.button_style ?? "default"}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(style) => style && onChange({ button_style: style })}
        />
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={row.title || row.id} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </div>
      <FieldProblems path={path} />
    </div>
  );
}

/** Who learns of the form, and how. */
export function FormDeliveryWidget({ field, value, onChange }: FieldProps) {
  const { t, i18n } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const rows = rowsOf(value);
  const types = [...new Set(["webapp", "email", ...rows.map((row) => String(row.type ?? ""))])].filter(Boolean);
  const turn = (type: string, enabled: boolean) => {
    const known = rows.some((row) => row.type === type);
    onChange(known ? rows.map((row) => (row.type === type ? { ...row, enabled } : row)) : [...rows, { id: type, type, enabled }]);
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <Stack gap="xs">
        {types.map((type) => {
          const index = rows.findIndex((row) => row.type === type);
          const path = `${field.path}.${index}`;
          return (
            <div key={type} data-field={index < 0 ? undefined : path}>
              <Checkbox
                size="xs"
                label={i18n.exists(`delivery.${type}`, { ns: "widgets" }) ? t(`delivery.${type}`) : type}
                checked={index >= 0 && rows[index]?.enabled !== false}
                disabled={readOnly}
                onChange={(event) => turn(type, event.currentTarget.checked)}
              />
              {index >= 0 && <FieldProblems path={path} />}
            </div>
          );
        })}
        {rows.length === 0 && (
          <Text size="xs" c="dimmed">
            {t("delivery.none")}
          </Text>
        )}
      </Stack>
    </FieldShell>
  );
}
