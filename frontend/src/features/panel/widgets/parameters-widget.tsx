import { Checkbox, Group, Select, TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { rowsOf, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { NameField } from "./name-field";
import { AddRow, RowTools } from "./row-tools";

interface Parameter {
  name: string;
  type: string;
  description: string;
  required: boolean;
  options?: unknown;
  [key: string]: unknown;
}

const TYPES = ["string", "number", "boolean", "select", "array[string]", "array[number]", "array[object]", "array[boolean]"];

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The values a model is to find: each is an output of the node. */
export function ParametersWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly, renameOutput } = useNodeForm();
  const rows = rowsOf(value).map(
    (raw): Parameter => ({
      ...raw,
      name: text(raw.name),
      type: text(raw.type) || "string",
      description: text(raw.description),
      required: raw.required === true,
    }),
  );
  const replace = (index: number, patch: Partial<Parameter>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  const add = () => {
    const taken = new Set(rows.map((row) => row.name));
    let number = rows.length + 1;
    while (taken.has(`value_${number}`)) number += 1;
    onChange([...rows, { name: `value_${number}`, type: "string", description: "", required: false }]);
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <ParameterCard
            key={index}
            path={`${field.path}.${index}`}
            row={row}
            index={index}
            count={rows.length}
            taken={rows.filter((_, at) => at !== index).map((one) => one.name)}
            onName={(name) => {
              replace(index, { name });
              if (row.name) renameOutput(row.name, name, field.path);
            }}
            onChange={(patch) => replace(index, patch)}
            onMove={(by) => onChange(moved(rows, index, by))}
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && <AddRow label={t("parameters.add")} onClick={add} />}
    </FieldShell>
  );
}

interface CardProps {
  path: string;
  row: Parameter;
  index: number;
  count: number;
  taken: string[];
  onName(name: string): void;
  onChange(patch: Partial<Parameter>): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function ParameterCard({ path, row, index, count, taken, onName, onChange, onMove, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(`${path}.name`);
  const { name } = row;
  const type = row.type === "bool" ? "boolean" : row.type;
  return (
    <div className={classes.card} role="group" aria-label={t("parameters.row", { name: name || index + 1 })} data-field={path}>
      <div className={classes.row}>
        <NameField
          path={`${path}.name`}
          name={name}
          taken={taken}
          invalid={invalid}
          label={t("parameters.nameOf", { number: index + 1 })}
          onName={onName}
        />
        <Select
          size="xs"
          w={130}
          aria-label={t("parameters.typeOf", { name })}
          data={TYPES.includes(type) ? TYPES : [type, ...TYPES]}
          value={type}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(next) => next && onChange({ type: next })}
        />
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={name || String(index + 1)} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </div>
      {type === "select" && (
        <TagsInput
          size="xs"
          data-field={`${path}.options`}
          aria-label={t("parameters.optionsOf", { name })}
          placeholder={t("parameters.optionsHint")}
          readOnly={readOnly}
          value={strings(row.options)}
          onChange={(options) => onChange({ options })}
        />
      )}
      <div data-field={`${path}.description`}>
        <InlinePrompt
          label={t("parameters.descriptionOf", { name })}
          placeholder={t("parameters.descriptionHint")}
          value={row.description}
          readOnly={readOnly}
          onChange={(description) => onChange({ description })}
        />
      </div>
      <Checkbox
        size="xs"
        label={t("parameters.required")}
        aria-label={t("parameters.requiredOf", { name })}
        checked={row.required}
        disabled={readOnly}
        onChange={(event) => onChange({ required: event.currentTarget.checked })}
      />
      <FieldProblems path={path} />
    </div>
  );
}
