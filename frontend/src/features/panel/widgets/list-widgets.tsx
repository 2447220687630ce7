import { NumberInput, SegmentedControl, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { useScope } from "@/features/prompt/scope-context";
import { findVariable } from "@/features/prompt/variables-in-scope";
import { FieldProblems } from "../form/field-problems";
import { type Json, record, rowsOf, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { type Filter, FilterRow, KeyField, operatorsOf } from "./filter-row";
import { AddRow } from "./row-tools";

/** What the chosen list holds. */
function useItemType(): string {
  const { node } = useNodeForm();
  const { groups } = useScope();
  const type = findVariable(groups, strings(node.data.variable))?.variable.type ?? String(node.data.var_type ?? "");
  return /^array\[(.+)]$/.exec(type)?.[1] ?? "any";
}

/** A step of the list operator that can be turned on: head with a switch, settings below. */
function Step({ field, value, onChange, children }: FieldProps & { children: ReactNode }) {
  const { readOnly } = useNodeForm();
  const { t } = useTranslation("widgets");
  const on = record(value).enabled === true;
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint}
      rows
      aside={
        <Switch
          size="xs"
          checked={on}
          disabled={readOnly}
          aria-label={t("list.on", { name: field.label })}
          onChange={(event) => onChange({ ...record(value), enabled: event.currentTarget.checked })}
        />
      }
    >
      {on && children}
    </FieldShell>
  );
}

/** Keep the items that meet all conditions. */
export function ListFilterWidget(props: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const item = useItemType();
  const filter = record(props.value);
  const rows = rowsOf(filter.conditions) as Filter[];
  const set = (conditions: Filter[]) => props.onChange({ ...filter, conditions });
  const first = item === "file" ? "name" : "";
  return (
    <Step {...props}>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <FilterRow
            key={index}
            item={item}
            path={`${props.field.path}.conditions.${index}`}
            row={row}
            number={index + 1}
            onChange={(next) => set(rows.map((one, at) => (at === index ? next : one)))}
            onRemove={() => set(rows.filter((_, at) => at !== index))}
          />
        ))}
        {!readOnly && (
          <AddRow
            label={t("list.addCondition")}
            onClick={() => set([...rows, { key: first, comparison_operator: operatorsOf(item, first)[0] ?? "contains", value: "" }])}
          />
        )}
      </div>
    </Step>
  );
}

/** Keep one item by its number. */
export function ListExtractWidget(props: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const extract = record(props.value);
  const path = `${props.field.path}.serial`;
  return (
    <Step {...props}>
      <div data-field={path}>
        <InlinePrompt
          label={t("list.serial")}
          placeholder={t("list.serialHint")}
          wanted={["number"]}
          value={extract.serial === undefined ? "" : String(extract.serial)}
          readOnly={readOnly}
          onChange={(serial) => props.onChange({ ...extract, serial })}
        />
        <FieldProblems path={path} />
      </div>
    </Step>
  );
}

/** Sort, by an attribute where the items have some. */
export function ListOrderWidget(props: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const item = useItemType();
  const order: Json = record(props.value);
  const set = (patch: Json) => props.onChange({ ...order, ...patch });
  return (
    <Step {...props}>
      <div className={classes.row}>
        <KeyField
          item={item}
          value={typeof order.key === "string" ? order.key : ""}
          label={t("list.orderBy")}
          onKey={(key) => set({ key })}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("list.direction")}
          readOnly={readOnly}
          value={String(order.value).toLowerCase() === "desc" ? "desc" : "asc"}
          data={[
            { value: "asc", label: t("list.asc") },
            { value: "desc", label: t("list.desc") },
          ]}
          onChange={(value) => set({ value })}
        />
      </div>
    </Step>
  );
}

/** Keep the first items. */
export function ListLimitWidget(props: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const limit = record(props.value);
  return (
    <Step {...props}>
      <NumberInput
        size="xs"
        w={150}
        aria-label={t("list.size")}
        suffix={t("list.sizeUnit")}
        min={0}
        allowDecimal={false}
        readOnly={readOnly}
        value={typeof limit.size === "number" ? limit.size : 10}
        onChange={(size) => props.onChange({ ...limit, size: Number(size) || 0 })}
      />
    </Step>
  );
}
