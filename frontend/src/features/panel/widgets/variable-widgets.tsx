import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { nameFor, type VariableRow } from "@/features/prompt/jinja";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { rowsOf, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { AddRow } from "./row-tools";

/** One variable. */
export function VariableWidget({ field, value, onChange }: FieldProps) {
  const { readOnly } = useNodeForm();
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <VariablePicker
        value={strings(value)}
        wanted={field.wanted}
        label={field.label}
        readOnly={readOnly}
        clearable={!field.required}
        onChange={(selector) => onChange(selector ?? [])}
      />
    </FieldShell>
  );
}

interface RowsProps extends FieldProps {
  addLabel: string;
  /** Keep the type of the chosen variable in the row. */
  withType?: boolean;
}

/** Rows of a name and the variable it stands for. */
export function NamedVariables({ field, value, onChange, addLabel, withType = false }: RowsProps) {
  const { readOnly } = useNodeForm();
  const rows = rowsOf<VariableRow>(value);
  const replace = (index: number, patch: Partial<VariableRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <NamedVariable
            key={index}
            path={`${field.path}.${index}`}
            row={row}
            number={index + 1}
            wanted={field.wanted}
            readOnly={readOnly}
            onName={(variable) => replace(index, { variable })}
            onPick={(selector, type) =>
              replace(index, {
                value_selector: selector,
                ...(withType && type ? { value_type: type } : {}),
                ...(row.variable ? {} : { variable: nameFor(selector, rows) }),
              })
            }
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && <AddRow label={addLabel} onClick={() => onChange([...rows, { variable: "", value_selector: [] }])} />}
    </FieldShell>
  );
}

interface RowProps {
  path: string;
  row: VariableRow;
  number: number;
  wanted: string[];
  readOnly: boolean;
  onName(name: string): void;
  onPick(selector: string[], type: string): void;
  onRemove(): void;
}

function NamedVariable({ path, row, number, wanted, readOnly, onName, onPick, onRemove }: RowProps) {
  const { t } = useTranslation("panel");
  const invalid = useInvalid(path);
  return (
    <div data-field={path}>
      <div className={classes.row}>
        <TextInput
          w="38%"
          size="xs"
          value={row.variable ?? ""}
          placeholder={t("variables.name")}
          aria-label={t("variables.nameOf", { number })}
          readOnly={readOnly}
          error={invalid}
          onChange={(event) => onName(event.currentTarget.value)}
        />
        <div className={classes.grow} data-field={`${path}.value_selector`}>
          <VariablePicker
            value={row.value_selector}
            wanted={wanted}
            label={row.variable || t("variables.row", { number })}
            readOnly={readOnly}
            onChange={(selector, type) => onPick(selector ?? [], type)}
          />
        </div>
        {!readOnly && (
          <Tooltip label={t("remove")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("variables.remove", { name: row.variable || number })}
              onClick={onRemove}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <FieldProblems path={path} />
    </div>
  );
}

export function VariablesWidget(props: FieldProps) {
  const { t } = useTranslation("panel");
  return <NamedVariables {...props} addLabel={t("variables.add")} />;
}

/** The results of a workflow: a name, the variable it takes, and its type. */
export function EndOutputsWidget(props: FieldProps) {
  const { t } = useTranslation("panel");
  return <NamedVariables {...props} addLabel={t("endOutputs.add")} withType />;
}
