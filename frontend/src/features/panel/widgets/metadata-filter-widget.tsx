import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { FieldProblems } from "../form/field-problems";
import { record, rowsOf } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { takesValue } from "./conditions";
import { useOperatorWords } from "./operators";
import { AddRow, RemoveRow } from "./row-tools";

const OPERATORS = [
  "contains",
  "not contains",
  "start with",
  "end with",
  "is",
  "is not",
  "in",
  "not in",
  "empty",
  "not empty",
  "=",
  "≠",
  ">",
  "<",
  "≥",
  "≤",
  "before",
  "after",
];

/** Conditions on the metadata of documents: only what meets them is searched. */
export function MetadataFilterWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { t: panel } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const words = useOperatorWords();
  const filter = record(value);
  const rows = rowsOf(filter.conditions);
  const set = (conditions: object[]) => onChange({ logical_operator: "and", ...filter, conditions });
  const replace = (index: number, patch: object) => set(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint}
      rows
      aside={
        rows.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={panel("conditions.join")}
            readOnly={readOnly}
            value={filter.logical_operator === "or" ? "or" : "and"}
            data={[
              { value: "and", label: panel("conditions.all") },
              { value: "or", label: panel("conditions.any") },
            ]}
            onChange={(logical_operator) => onChange({ ...filter, logical_operator })}
          />
        )
      }
    >
      <div className={classes.rows}>
        {rows.map((row, index) => {
          const number = index + 1;
          const operator = typeof row.comparison_operator === "string" ? row.comparison_operator : "";
          const path = `${field.path}.conditions.${index}`;
          return (
            <div
              key={String(row.id ?? index)}
              role="group"
              aria-label={t("metadata.condition", { number })}
              data-field={path}
              className={classes.rows}
            >
              <div className={classes.row}>
                <TextInput
                  size="xs"
                  flex={1}
                  aria-label={t("metadata.name", { number })}
                  placeholder={t("metadata.nameHint")}
                  value={typeof row.name === "string" ? row.name : ""}
                  readOnly={readOnly}
                  onChange={(event) => replace(index, { name: event.currentTarget.value })}
                />
                <Select
                  size="xs"
                  w={140}
                  aria-label={t("metadata.operator", { number })}
                  data={(OPERATORS.includes(operator) || !operator ? OPERATORS : [operator, ...OPERATORS]).map((one) => ({
                    value: one,
                    label: words(one),
                  }))}
                  value={operator || null}
                  readOnly={readOnly}
                  allowDeselect={false}
                  onChange={(next) => next && replace(index, { comparison_operator: next })}
                />
                {!readOnly && (
                  <RemoveRow name={t("metadata.condition", { number })} onClick={() => set(rows.filter((_, at) => at !== index))} />
                )}
              </div>
              {takesValue(operator) && (
                <InlinePrompt
                  label={t("metadata.value", { number })}
                  placeholder={t("lines.valueHint")}
                  value={row.value === null || row.value === undefined ? "" : String(row.value)}
                  readOnly={readOnly}
                  onChange={(next) => replace(index, { value: next })}
                />
              )}
              <FieldProblems path={path} />
            </div>
          );
        })}
      </div>
      {!readOnly && (
        <AddRow
          label={t("metadata.add")}
          onClick={() => set([...rows, { id: crypto.randomUUID(), name: "", comparison_operator: "contains", value: "" }])}
        />
      )}
    </FieldShell>
  );
}
