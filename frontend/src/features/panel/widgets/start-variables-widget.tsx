import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsOf, type FormValues, initialValues } from "@/features/runs/input-fields";
import { InputsForm } from "@/features/runs/inputs-form";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { AddRow } from "./row-tools";
import { newStartRow, readStartRows, type StartRow } from "./start-rows";
import { StartVariableCard } from "./start-variable-card";

/** What a flow asks of its caller, with the form it makes. */
export function StartVariablesWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly, renameOutput } = useNodeForm();
  const rows = readStartRows(value);
  const [open, setOpen] = useState<number | null>(null);
  const [preview, setPreview] = useState(false);
  const replace = (index: number, next: StartRow) => {
    const before = rows[index]?.variable ?? "";
    onChange(rows.map((row, at) => (at === index ? next : row)));
    if (before && next.variable && before !== next.variable) renameOutput(before, next.variable, field.path);
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} rows>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("start.empty")}
        </Text>
      )}
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <StartVariableCard
            key={index}
            path={`${field.path}.${index}`}
            row={row}
            index={index}
            count={rows.length}
            taken={rows.filter((_, at) => at !== index).map((one) => one.variable)}
            open={open === index}
            onToggle={() => setOpen(open === index ? null : index)}
            onChange={(next) => replace(index, next)}
            onMove={(by) => {
              onChange(moved(rows, index, by));
              if (open === index) setOpen(index + by);
            }}
            onRemove={() => {
              onChange(rows.filter((_, at) => at !== index));
              setOpen(null);
            }}
          />
        ))}
      </div>
      <Group gap="xs">
        {!readOnly && (
          <AddRow
            label={t("start.add")}
            onClick={() => {
              onChange([...rows, newStartRow(rows)]);
              setOpen(rows.length);
            }}
          />
        )}
        {rows.length > 0 && (
          <Button variant="subtle" size="xs" aria-expanded={preview} onClick={() => setPreview(!preview)}>
            {t(preview ? "start.hidePreview" : "start.preview")}
          </Button>
        )}
      </Group>
      {preview && <Preview rows={rows} />}
    </FieldShell>
  );
}

function Preview({ rows }: { rows: StartRow[] }) {
  const { t } = useTranslation("panel");
  const fields = fieldsOf(rows);
  const [typed, setTyped] = useState<FormValues>({});
  return (
    <div className={classes.card} role="group" aria-label={t("start.preview")}>
      <Text size="xs" c="dimmed">
        {t("start.previewHint")}
      </Text>
      <InputsForm
        fields={fields}
        values={initialValues(fields, typed)}
        errors={{}}
        onChange={(name, next) => setTyped((before) => ({ ...before, [name]: next }))}
      />
    </div>
  );
}
