import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { record, rowsOf } from "../form/field-schema";
import classes from "../form/form.module.css";
import { useNodeForm } from "../form/form-context";
import type { Condition } from "./conditions";
import { type Filter, FilterRow } from "./filter-row";
import { AddRow } from "./row-tools";

/** What a file of a list has to meet for the list to meet its condition. */
export function FileConditions({
  path,
  condition,
  onChange,
}: {
  path: string;
  condition: Condition;
  onChange(condition: Condition): void;
}) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const sub = record(condition.sub_variable_condition);
  const rows = rowsOf(sub.conditions) as unknown as Filter[];
  const set = (patch: object) =>
    onChange({
      ...condition,
      varType: "array[file]",
      sub_variable_condition: { case_id: `${condition.id}f`, logical_operator: "and", ...sub, ...patch },
    });
  return (
    <div className={classes.card} role="group" aria-label={t("files.conditions")} data-field={path}>
      {rows.length > 1 && (
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={t("files.join")}
          readOnly={readOnly}
          value={sub.logical_operator === "or" ? "or" : "and"}
          data={[
            { value: "and", label: t("files.all") },
            { value: "or", label: t("files.any") },
          ]}
          onChange={(logical_operator) => set({ logical_operator })}
        />
      )}
      {rows.map((row, index) => (
        <FilterRow
          key={String(row.id ?? index)}
          item="file"
          path={`${path}.conditions.${index}`}
          row={row}
          number={index + 1}
          onChange={(next) => set({ conditions: rows.map((one, at) => (at === index ? next : one)) })}
          onRemove={() => set({ conditions: rows.filter((_, at) => at !== index) })}
        />
      ))}
      {!readOnly && (
        <AddRow
          label={t("files.add")}
          onClick={() =>
            set({ conditions: [...rows, { id: `${condition.id}f${Date.now()}`, key: "name", comparison_operator: "contains", value: "" }] })
          }
        />
      )}
    </div>
  );
}
