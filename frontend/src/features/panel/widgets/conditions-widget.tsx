import { Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldProblems } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { ConditionRow } from "./condition-row";
import type { Outcome } from "./condition-results";
import { type Case, moved, newCase, newCondition, readCases } from "./conditions";
import { RowTools } from "./row-tools";
import { useConditionResults } from "./test-conditions";

/** IF, ELIF, … ELSE: the first case that holds is taken. */
export function ConditionsWidget({ field, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { node, readOnly } = useNodeForm();
  const cases = readCases(node.data);
  const results = useConditionResults();
  const replace = (index: number, next: Case) => onChange(cases.map((one, at) => (at === index ? next : one)));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} rows>
      <div className={classes.rows}>
        {cases.map((one, index) => (
          <CaseCard
            key={one.case_id}
            path={`${field.path}.${index}`}
            branch={one}
            index={index}
            count={cases.length}
            results={results}
            onChange={(next) => replace(index, next)}
            onMove={(by) => onChange(moved(cases, index, by))}
            onRemove={() => onChange(cases.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...cases, newCase(cases, String(Date.now()))])}
        >
          {t(cases.length ? "conditions.addElif" : "conditions.addIf")}
        </Button>
      )}
      <div className={classes.card}>
        <Text size="sm">
          <strong>{t("conditions.else")}</strong> {t("conditions.elseHint")}
        </Text>
      </div>
    </FieldShell>
  );
}

interface CaseProps {
  path: string;
  branch: Case;
  index: number;
  count: number;
  results: ReadonlyMap<string, Outcome>;
  onChange(next: Case): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function CaseCard({ path, branch, index, count, results, onChange, onMove, onRemove }: CaseProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const name = t("conditions.case", { number: index + 1 });
  return (
    <div className={classes.card} data-field={path} role="group" aria-label={name}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          <strong>{t(index === 0 ? "conditions.if" : "conditions.elif")}</strong>{" "}
          <Text span size="xs" c="dimmed">
            {name}
          </Text>
        </Text>
        <Group gap={4} wrap="nowrap">
          {branch.conditions.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t("conditions.join")}
              readOnly={readOnly}
              value={branch.logical_operator}
              onChange={(value) => onChange({ ...branch, logical_operator: value === "or" ? "or" : "and" })}
              data={[
                { value: "and", label: t("conditions.all") },
                { value: "or", label: t("conditions.any") },
              ]}
            />
          )}
          {!readOnly && <RowTools name={name} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </Group>
      {branch.conditions.map((condition, at) => (
        <div key={condition.id || at}>
          {at > 0 && (
            <Text size="xs" c="dimmed" pb={4}>
              {t(branch.logical_operator === "or" ? "conditions.or" : "conditions.and")}
            </Text>
          )}
          <ConditionRow
            path={`${path}.conditions.${at}`}
            condition={condition}
            number={at + 1}
            outcome={results.get(`${index}.${at}`)}
            onChange={(next) => onChange({ ...branch, conditions: branch.conditions.map((one, place) => (place === at ? next : one)) })}
            onRemove={() => onChange({ ...branch, conditions: branch.conditions.filter((_, place) => place !== at) })}
          />
        </div>
      ))}
      {!readOnly && (
        <Button
          variant="subtle"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange({ ...branch, conditions: [...branch.conditions, newCondition(`${Date.now()}`)] })}
        >
          {t("conditions.add")}
        </Button>
      )}
      <FieldProblems path={path} exact />
      <FieldProblems path={`${path}.conditions`} exact />
    </div>
  );
}
