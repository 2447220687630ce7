import { ActionIcon, Select, TagsInput, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { useScope } from "@/features/prompt/scope-context";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { findVariable } from "@/features/prompt/variables-in-scope";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { strings } from "../form/field-schema";
import classes from "../form/form.module.css";
import { useNodeForm } from "../form/form-context";
import type { Outcome } from "./condition-results";
import { asksFiles, type Condition, operatorsFor, takesList, takesValue, withOperator, withVariable } from "./conditions";
import { FileConditions } from "./file-conditions";
import { useOperatorWords } from "./operators";
import { ConditionOutcome } from "./test-conditions";

interface Props {
  path: string;
  condition: Condition;
  number: number;
  /** What the run that is open found. */
  outcome?: Outcome;
  onChange(next: Condition): void;
  onRemove(): void;
}

/** One comparison: variable, operator, value. */
export function ConditionRow({ path, condition, number, outcome, onChange, onRemove }: Props) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const { groups } = useScope();
  const wording = useOperatorWords();
  const type = findVariable(groups, condition.variable_selector)?.variable.type ?? condition.varType;
  const operator = condition.comparison_operator;
  const known = operatorsFor(type);
  const operators = operator && !known.includes(operator) ? [operator, ...known] : known;
  return (
    <div className={classes.rows} data-field={path} role="group" aria-label={t("conditions.condition", { number })}>
      <div className={classes.row}>
        <VariablePicker
          value={condition.variable_selector}
          label={t("conditions.variable")}
          readOnly={readOnly}
          onChange={(selector, chosen) => onChange(withVariable(condition, selector ?? [], chosen))}
        />
        <Select
          w={130}
          size="xs"
          aria-label={t("conditions.operator")}
          readOnly={readOnly}
          data={operators.map((name) => ({ value: name, label: wording(name) }))}
          value={operator || null}
          allowDeselect={false}
          onChange={(next) => next && onChange(withOperator({ ...condition, varType: type }, next))}
        />
        {!readOnly && (
          <Tooltip label={t("remove")}>
            <ActionIcon variant="subtle" color="gray" aria-label={t("conditions.remove", { number })} onClick={onRemove}>
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {asksFiles(type, operator) ? (
        <FileConditions path={`${path}.sub_variable_condition`} condition={condition} onChange={onChange} />
      ) : (
        takesValue(operator) && (
          <Value condition={condition} type={type} path={path} onChange={(value) => onChange({ ...condition, varType: type, value })} />
        )
      )}
      {outcome && <ConditionOutcome outcome={outcome} />}
      <FieldProblems path={path} />
    </div>
  );
}

function Value({ condition, type, path, onChange }: { condition: Condition; type: string; path: string; onChange(value: unknown): void }) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(`${path}.value`);
  const { value } = condition;
  if (type === "boolean") {
    return (
      <Select
        size="xs"
        aria-label={t("conditions.value")}
        readOnly={readOnly}
        allowDeselect={false}
        value={String(value === true || value === "true")}
        data={[
          { value: "true", label: t("conditions.true") },
          { value: "false", label: t("conditions.false") },
        ]}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (takesList(condition.comparison_operator)) {
    return (
      <TagsInput
        size="xs"
        aria-label={t("conditions.values")}
        placeholder={t("conditions.valuesHint")}
        readOnly={readOnly}
        error={invalid}
        value={Array.isArray(value) ? strings(value) : typeof value === "string" && value ? [value] : []}
        onChange={onChange}
      />
    );
  }
  return (
    <InlinePrompt
      value={value === null || value === undefined ? "" : String(value)}
      onChange={onChange}
      label={t("conditions.value")}
      placeholder={type === "number" ? t("conditions.numberHint") : t("conditions.valueHint")}
      wanted={type === "number" ? ["number"] : undefined}
      readOnly={readOnly}
      invalid={invalid}
    />
  );
}
