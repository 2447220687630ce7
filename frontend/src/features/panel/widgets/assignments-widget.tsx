import { Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ScopeProvider, useScope } from "@/features/prompt/scope-context";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { changeable, findVariable } from "@/features/prompt/variables-in-scope";
import { FieldProblems } from "../form/field-problems";
import { strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import {
  type Assignment,
  inputType,
  isFirstVersion,
  operationsFor,
  readAssignments,
  sourcesOf,
  takesInput,
  withOperation,
  withTarget,
  writeAssignments,
} from "./assignments";
import { moved } from "./conditions";
import { AddRow, RowTools } from "./row-tools";
import { TypedValue } from "./typed-value";

/** Changes of conversation and loop variables, in the order they are made. */
export function AssignmentsWidget({ field }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { node, readOnly, update } = useNodeForm();
  const rows = readAssignments(node.data);
  const first = isFirstVersion(node.data);
  const set = (next: Assignment[]) => update((data) => writeAssignments(data, next), `${node.id}:${field.path}`);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("assign.hint")} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <AssignmentCard
            key={index}
            paths={first ? FIRST_PATHS : pathsOf(`${field.path}.${index}`)}
            row={row}
            index={index}
            count={rows.length}
            onChange={(next) => set(rows.map((one, at) => (at === index ? next : one)))}
            onMove={(by) => set(moved(rows, index, by))}
            onRemove={() => set(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && (
        <AddRow
          label={t("assign.add")}
          onClick={() => set([...rows, { variable_selector: [], input_type: "variable", operation: "over-write", value: [] }])}
        />
      )}
    </FieldShell>
  );
}

interface Paths {
  target: string;
  operation: string;
  value: string;
}
const FIRST_PATHS: Paths = { target: "assigned_variable_selector", operation: "write_mode", value: "input_variable_selector" };
const pathsOf = (path: string): Paths => ({
  target: `${path}.variable_selector`,
  operation: `${path}.operation`,
  value: `${path}.value`,
});

interface CardProps {
  paths: Paths;
  row: Assignment;
  index: number;
  count: number;
  onChange(row: Assignment): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function AssignmentCard({ paths, row, index, count, onChange, onMove, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { node, readOnly } = useNodeForm();
  const scope = useScope();
  const targets = useMemo(() => ({ ...scope, groups: changeable(scope.groups, node.parentId) }), [scope, node.parentId]);
  const type = findVariable(scope.groups, row.variable_selector)?.variable.type ?? "any";
  const number = index + 1;
  const known = operationsFor(type);
  const operations = row.operation && !known.includes(row.operation) ? [row.operation, ...known] : known;
  return (
    <div className={classes.card} role="group" aria-label={t("assign.row", { number })}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <div className={classes.grow} data-field={paths.target}>
          <ScopeProvider value={targets}>
            <VariablePicker
              label={t("assign.target", { number })}
              value={row.variable_selector}
              readOnly={readOnly}
              placeholder={t("assign.targetHint")}
              onChange={(selector, chosen) => onChange(withTarget(row, selector ?? [], chosen))}
            />
          </ScopeProvider>
        </div>
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={t("assign.row", { number })} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </Group>
      <Select
        size="xs"
        w={190}
        data-field={paths.operation}
        aria-label={t("assign.operation", { number })}
        readOnly={readOnly}
        allowDeselect={false}
        data={operations.map((one) => ({ value: one, label: t(`operation.${one}`, one) }))}
        value={row.operation || null}
        onChange={(next) => next && onChange(withOperation(row, next))}
      />
      {takesInput(row.operation) && <Input row={row} type={type} number={number} path={paths.value} onChange={onChange} />}
      {[paths.target, paths.operation, paths.value].map((path) => (
        <FieldProblems key={path} path={path} />
      ))}
    </div>
  );
}

interface InputProps {
  row: Assignment;
  type: string;
  number: number;
  path: string;
  onChange(row: Assignment): void;
}

/** The new value: a variable or a constant, where the operation leaves the choice. */
function Input({ row, type, number, path, onChange }: InputProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const sources = sourcesOf(row.operation);
  const wanted = inputType(row.operation, type);
  return (
    <div data-field={path} className={classes.rows}>
      {sources.length > 1 ? (
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={t("assign.source", { number })}
          readOnly={readOnly}
          value={row.input_type}
          data={sources.map((source) => ({ value: source, label: t(`source.${source}`) }))}
          onChange={(next) =>
            onChange({
              ...row,
              input_type: next === "constant" ? "constant" : "variable",
              value: next === "constant" ? null : [],
            })
          }
        />
      ) : (
        <Text size="xs" c="dimmed">
          {t(row.input_type === "constant" ? "assign.toConstant" : "assign.toVariable")}
        </Text>
      )}
      {row.input_type === "constant" ? (
        <TypedValue
          key={`${wanted}:${row.operation}`}
          label={t("assign.value", { number })}
          type={wanted === "any" ? "string" : wanted}
          value={row.value}
          readOnly={readOnly}
          onChange={(value) => onChange({ ...row, value })}
        />
      ) : (
        <VariablePicker
          label={t("assign.value", { number })}
          wanted={wanted === "any" ? undefined : [wanted]}
          value={strings(row.value)}
          readOnly={readOnly}
          onChange={(selector) => onChange({ ...row, value: selector ?? [] })}
        />
      )}
    </div>
  );
}
