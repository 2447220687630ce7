import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { newOutput, OUTPUT_TYPES, type OutputRow, readOutputs, takesFields, writeOutputs } from "./code-outputs";
import { NameField } from "./name-field";
import { AddRow, RemoveRow } from "./row-tools";

/** What a program returns: names and types, for objects also their fields. */
export function CodeOutputsWidget({ field, value, onChange }: FieldProps) {
  const { renameOutput } = useNodeForm();
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <OutputRows
        rows={readOutputs(value)}
        path={field.path}
        depth={0}
        onChange={(next, renamed) => {
          onChange(writeOutputs(next));
          if (renamed) renameOutput(renamed.from, renamed.to, field.path);
        }}
      />
    </FieldShell>
  );
}

interface RowsProps {
  rows: OutputRow[];
  path: string;
  depth: number;
  onChange(rows: OutputRow[], renamed?: { from: string; to: string }): void;
}

function OutputRows({ rows, path, depth, onChange }: RowsProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const replace = (index: number, patch: Partial<OutputRow>) => rows.map((row, at) => (at === index ? { ...row, ...patch } : row));
  return (
    <div className={classes.rows} style={{ paddingInlineStart: depth ? "1rem" : 0 }}>
      {rows.map((row, index) => (
        <OutputCard
          key={index}
          row={row}
          path={`${path}.${row.name}`}
          taken={rows.filter((_, at) => at !== index).map((one) => one.name)}
          depth={depth}
          onName={(name) => onChange(replace(index, { name }), depth === 0 ? { from: row.name, to: name } : undefined)}
          onType={(type) => onChange(replace(index, { type, rows: takesFields(type) ? row.rows : [] }))}
          onRows={(inner) => onChange(replace(index, { rows: inner }))}
          onRemove={() => onChange(rows.filter((_, at) => at !== index))}
        />
      ))}
      {!readOnly && <AddRow label={t(depth ? "outputs.addField" : "outputs.add")} onClick={() => onChange([...rows, newOutput(rows)])} />}
    </div>
  );
}

interface CardProps {
  row: OutputRow;
  path: string;
  taken: string[];
  depth: number;
  onName(name: string): void;
  onType(type: string): void;
  onRows(rows: OutputRow[]): void;
  onRemove(): void;
}

function OutputCard({ row, path, taken, depth, onName, onType, onRows, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(path);
  const types = OUTPUT_TYPES.includes(row.type) ? OUTPUT_TYPES : [row.type, ...OUTPUT_TYPES];
  return (
    <div role="group" aria-label={t("outputs.row", { name: row.name })} data-field={path} className={classes.rows}>
      <div className={classes.row}>
        <NameField
          name={row.name}
          taken={taken}
          label={t("outputs.nameOf", { name: row.name })}
          invalid={invalid}
          counted={depth === 0}
          onName={onName}
        />
        <Select
          size="xs"
          w={140}
          aria-label={t("outputs.typeOf", { name: row.name })}
          data={types}
          value={row.type}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(type) => type && onType(type)}
        />
        {!readOnly && <RemoveRow name={row.name} onClick={onRemove} />}
      </div>
      {takesFields(row.type) && (depth < 3 || row.rows.length > 0) && (
        <OutputRows rows={row.rows} path={path} depth={depth + 1} onChange={onRows} />
      )}
      <FieldProblems path={path} exact />
    </div>
  );
}
