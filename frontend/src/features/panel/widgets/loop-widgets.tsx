import { Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ScopeProvider } from "@/features/prompt/scope-context";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { type Json, rowsOf, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { useNodeScope } from "../use-node-scope";
import { ConditionRow } from "./condition-row";
import { type Condition, moved, newCondition, readCondition } from "./conditions";
import { NameField } from "./name-field";
import { AddRow, RowTools } from "./row-tools";
import { TypedValue } from "./typed-value";

const TYPES = ["string", "number", "boolean", "object", "array[string]", "array[number]", "array[object]", "array[boolean]"];

interface LoopVariable {
  id: string;
  label: string;
  var_type: string;
  value_type: "variable" | "constant";
  value: unknown;
  [key: string]: unknown;
}

const readVariable = (raw: Json): LoopVariable => ({
  ...raw,
  id: String(raw.id ?? ""),
  label: typeof raw.label === "string" ? raw.label : "",
  var_type: typeof raw.var_type === "string" ? raw.var_type : "string",
  value_type: raw.value_type === "variable" ? "variable" : "constant",
  value: raw.value ?? null,
});

/** Variables that live through the rounds of a loop: what they begin with. Steps inside change them with an assigner. */
export function LoopVariablesWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly, renameOutput } = useNodeForm();
  const rows = rowsOf(value).map(readVariable);
  const replace = (index: number, patch: Partial<LoopVariable>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  const add = () => {
    const taken = new Set(rows.map((row) => row.label));
    let number = rows.length + 1;
    while (taken.has(`variable_${number}`)) number += 1;
    onChange([...rows, { id: crypto.randomUUID(), label: `variable_${number}`, var_type: "string", value_type: "constant", value: "" }]);
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("loop.variablesHint")} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <LoopVariableCard
            key={row.id || index}
            path={`${field.path}.${index}`}
            row={row}
            index={index}
            count={rows.length}
            taken={rows.filter((_, at) => at !== index).map((one) => one.label)}
            onName={(label) => {
              replace(index, { label });
              if (row.label) renameOutput(row.label, label, field.path);
            }}
            onChange={(patch) => replace(index, patch)}
            onMove={(by) => onChange(moved(rows, index, by))}
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && <AddRow label={t("loop.addVariable")} onClick={add} />}
    </FieldShell>
  );
}

interface CardProps {
  path: string;
  row: LoopVariable;
  index: number;
  count: number;
  taken: string[];
  onName(name: string): void;
  onChange(patch: Partial<LoopVariable>): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function LoopVariableCard({ path, row, index, count, taken, onName, onChange, onMove, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(`${path}.label`);
  const name = row.label;
  return (
    <div className={classes.card} role="group" aria-label={t("loop.variable", { name: name || index + 1 })} data-field={path}>
      <div className={classes.row}>
        <NameField
          path={`${path}.label`}
          name={name}
          taken={taken}
          invalid={invalid}
          label={t("loop.nameOf", { number: index + 1 })}
          onName={onName}
        />
        <Select
          size="xs"
          w={130}
          aria-label={t("loop.typeOf", { name })}
          data={TYPES.includes(row.var_type) ? TYPES : [row.var_type, ...TYPES]}
          value={row.var_type}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(type) => type && onChange({ var_type: type, value: row.value_type === "variable" ? row.value : null })}
        />
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={name || String(index + 1)} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </div>
      <Group gap="xs" wrap="nowrap" align="center">
        <Text size="xs" c="dimmed">
          {t("loop.beginsWith")}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("loop.sourceOf", { name })}
          readOnly={readOnly}
          value={row.value_type}
          data={(["constant", "variable"] as const).map((source) => ({ value: source, label: t(`source.${source}`) }))}
          onChange={(next) =>
            onChange(next === "variable" ? { value_type: "variable", value: [] } : { value_type: "constant", value: null })
          }
        />
      </Group>
      <div data-field={`${path}.value`}>
        {row.value_type === "variable" ? (
          <VariablePicker
            label={t("loop.valueOf", { name })}
            wanted={[row.var_type]}
            value={strings(row.value)}
            readOnly={readOnly}
            onChange={(selector) => onChange({ value: selector ?? [] })}
          />
        ) : (
          <TypedValue
            key={row.var_type}
            label={t("loop.valueOf", { name })}
            type={row.var_type}
            value={row.value}
            readOnly={readOnly}
            onChange={(next) => onChange({ value: next })}
          />
        )}
      </div>
      <FieldProblems path={path} />
    </div>
  );
}

/** When a loop stops before its last round: conditions over its variables and what a round gave. */
export function BreakConditionsWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { t: panel } = useTranslation("panel");
  const { node, readOnly, update } = useNodeForm();
  const scope = useNodeScope(node.id, true);
  const rows = rowsOf(value).map(readCondition);
  const joined = node.data.logical_operator === "or" ? "or" : "and";
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint || t("loop.stopHint")}
      required={field.required}
      rows
      aside={
        rows.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={panel("conditions.join")}
            readOnly={readOnly}
            value={joined}
            data={[
              { value: "and", label: panel("conditions.all") },
              { value: "or", label: panel("conditions.any") },
            ]}
            onChange={(next) =>
              update((data) => {
                data.logical_operator = next;
              })
            }
          />
        )
      }
    >
      <ScopeProvider value={scope}>
        <div className={classes.rows}>
          {rows.map((condition: Condition, index) => (
            <div key={condition.id || index}>
              {index > 0 && (
                <Text size="xs" c="dimmed" pb={4}>
                  {panel(joined === "or" ? "conditions.or" : "conditions.and")}
                </Text>
              )}
              <ConditionRow
                path={`${field.path}.${index}`}
                condition={condition}
                number={index + 1}
                onChange={(next) => onChange(rows.map((one, at) => (at === index ? next : one)))}
                onRemove={() => onChange(rows.filter((_, at) => at !== index))}
              />
            </div>
          ))}
        </div>
        {!readOnly && <AddRow label={panel("conditions.add")} onClick={() => onChange([...rows, newCondition(`${Date.now()}`)])} />}
      </ScopeProvider>
    </FieldShell>
  );
}
