import { Select, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { FieldProblems, useInvalid } from "../form/field-problems";
import classes from "../form/form.module.css";
import { useNodeForm } from "../form/form-context";
import { operatorsFor, takesList, takesValue } from "./conditions";
import { FILE_KEYS, fileKeyOperators, useOperatorWords } from "./operators";
import { RemoveRow } from "./row-tools";

export interface Filter {
  key: string;
  comparison_operator: string;
  value: unknown;
  [key: string]: unknown;
}

/** Which attribute of an item: one of a file's, or a name. Lists of plain values have none. */
export function KeyField({ item, value, label, onKey }: { item: string; value: string; label: string; onKey(key: string): void }) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  if (item === "file")
    return (
      <Select
        size="xs"
        w={150}
        aria-label={label}
        placeholder={t("list.attribute")}
        data={FILE_KEYS.map((key) => ({ value: key, label: t(`fileKey.${key}`) }))}
        value={value || null}
        readOnly={readOnly}
        allowDeselect={false}
        onChange={(next) => next && onKey(next)}
      />
    );
  if (item !== "object" && item !== "any" && !value) return null;
  return (
    <TextInput
      size="xs"
      w={150}
      aria-label={label}
      placeholder={t("list.attribute")}
      value={value}
      readOnly={readOnly}
      onChange={(event) => onKey(event.currentTarget.value)}
    />
  );
}

export const operatorsOf = (item: string, key: string): string[] =>
  item === "file" ? fileKeyOperators(key) : operatorsFor(item === "number" || item === "boolean" ? item : "string");

interface RowProps {
  /** The type of what is compared: `file`, `object`, `string`… */
  item: string;
  path: string;
  row: Filter;
  number: number;
  onChange(row: Filter): void;
  onRemove(): void;
}

export function FilterRow({ item, path, row, number, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const words = useOperatorWords();
  const invalid = useInvalid(`${path}.value`);
  const operator = row.comparison_operator || "";
  const known = operatorsOf(item, row.key);
  const value = row.value;
  return (
    <div role="group" aria-label={t("list.condition", { number })} data-field={path} className={classes.rows}>
      <div className={classes.row}>
        <KeyField
          item={item}
          value={row.key || ""}
          label={t("list.keyOf", { number })}
          onKey={(key) => {
            const fits = operatorsOf(item, key);
            onChange({ ...row, key, comparison_operator: fits.includes(operator) ? operator : (fits[0] ?? operator) });
          }}
        />
        <Select
          size="xs"
          flex={1}
          aria-label={t("list.operatorOf", { number })}
          data={(known.includes(operator) || !operator ? known : [operator, ...known]).map((one) => ({ value: one, label: words(one) }))}
          value={operator || null}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(next) => next && onChange({ ...row, comparison_operator: next, value: takesValue(next) ? fitting(next, value) : "" })}
        />
        {!readOnly && <RemoveRow name={t("list.condition", { number })} onClick={onRemove} />}
      </div>
      {takesValue(operator) &&
        (takesList(operator) ? (
          <TagsInput
            size="xs"
            aria-label={t("list.valuesOf", { number })}
            placeholder={t("parameters.optionsHint")}
            data={row.key === "type" ? ["image", "document", "audio", "video"] : []}
            readOnly={readOnly}
            error={invalid}
            value={Array.isArray(value) ? value.map(String) : value ? [String(value)] : []}
            onChange={(next) => onChange({ ...row, value: next })}
          />
        ) : (
          <InlinePrompt
            label={t("list.valueOf", { number })}
            placeholder={t("lines.valueHint")}
            value={value === null || value === undefined ? "" : String(value)}
            readOnly={readOnly}
            invalid={invalid}
            onChange={(next) => onChange({ ...row, value: next })}
          />
        ))}
      <FieldProblems path={path} />
    </div>
  );
}

function fitting(operator: string, value: unknown): unknown {
  if (takesList(operator)) return Array.isArray(value) ? value : value ? [String(value)] : [];
  return Array.isArray(value) ? String(value[0] ?? "") : value;
}
