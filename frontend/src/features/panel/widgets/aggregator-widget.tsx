import { ActionIcon, Button, Group, Switch, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useScope } from "@/features/prompt/scope-context";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { findVariable } from "@/features/prompt/variables-in-scope";
import { FieldProblems } from "../form/field-problems";
import { record, rowsOf, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { TypeSelect } from "./llm-widgets";

interface Group {
  groupId?: string;
  group_name: string;
  output_type: string;
  variables: string[][];
}

const selectors = (value: unknown): string[][] => (Array.isArray(value) ? value.map(strings) : []);

/**
 * The first of several variables that has a value, alone or in named groups. Stands at `variables`;
 * keeps the node's `output_type` and `advanced_settings` beside it.
 */
export function AggregatorWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { node, readOnly, update } = useNodeForm();
  const settings = record(node.data.advanced_settings);
  const groups = rowsOf<Group>(settings.groups);
  const grouped = settings.group_enabled === true;
  const setGroups = (next: Group[], on = true) =>
    update((data) => {
      data.advanced_settings = { ...settings, group_enabled: on, groups: next };
    }, `${node.id}:advanced_settings`);
  const turn = (on: boolean) => {
    const first: Group = {
      groupId: "1",
      group_name: "Group1",
      output_type: String(node.data.output_type ?? "any"),
      variables: selectors(value),
    };
    setGroups(groups.length ? groups : [first], on);
  };
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint || t("aggregator.hint")}
      required={field.required}
      rows
      aside={
        <Switch
          size="xs"
          label={t("aggregator.groups")}
          checked={grouped}
          disabled={readOnly}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
      }
    >
      {grouped ? (
        <>
          {groups.map((group, index) => (
            <GroupCard
              key={group.groupId ?? index}
              group={group}
              path={`advanced_settings.groups.${index}`}
              onChange={(next) => setGroups(groups.map((one, at) => (at === index ? next : one)))}
              onRemove={() => setGroups(groups.filter((_, at) => at !== index))}
            />
          ))}
          {!readOnly && (
            <AddButton
              label={t("aggregator.addGroup")}
              onClick={() =>
                setGroups([
                  ...groups,
                  { groupId: `${Date.now()}`, group_name: `Group${groups.length + 1}`, output_type: "any", variables: [] },
                ])
              }
            />
          )}
        </>
      ) : (
        <SelectorList
          path={field.path}
          label={field.label}
          variables={selectors(value)}
          type={String(node.data.output_type ?? "any")}
          onChange={(variables, type) => {
            onChange(variables);
            update((data) => {
              data.output_type = type;
            }, `${node.id}:${field.path}`);
          }}
        />
      )}
    </FieldShell>
  );
}

function GroupCard({ group, path, onChange, onRemove }: { group: Group; path: string; onChange(group: Group): void; onRemove(): void }) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  return (
    <div className={classes.card} data-field={path}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          className={classes.grow}
          size="xs"
          aria-label={t("aggregator.groupName")}
          value={group.group_name}
          readOnly={readOnly}
          onChange={(event) => onChange({ ...group, group_name: event.currentTarget.value })}
        />
        {!readOnly && (
          <Tooltip label={t("remove")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("aggregator.removeGroup", { name: group.group_name })}
              onClick={onRemove}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <SelectorList
        path={`${path}.variables`}
        label={group.group_name}
        variables={selectors(group.variables)}
        type={group.output_type || "any"}
        onChange={(variables, output_type) => onChange({ ...group, variables, output_type })}
      />
      <FieldProblems path={path} />
    </div>
  );
}

interface ListProps {
  path: string;
  label: string;
  variables: string[][];
  type: string;
  onChange(variables: string[][], type: string): void;
}

/** The first variable chosen sets the type; the others must fit it. */
function SelectorList({ path, label, variables, type, onChange }: ListProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const { groups } = useScope();
  const wanted = variables.length > 0 && type !== "any" ? [type] : undefined;
  const typeOf = (list: string[][]) => (list[0] && findVariable(groups, list[0])?.variable.type) || "any";
  return (
    <div className={classes.rows} data-field={path}>
      {variables.map((selector, index) => (
        <div key={`${index}:${selector.join(".")}`} className={classes.row} data-field={`${path}.${index}`}>
          <VariablePicker
            value={selector}
            wanted={variables.length > 1 ? wanted : undefined}
            label={t("aggregator.item", { label, number: index + 1 })}
            readOnly={readOnly}
            onChange={(next, nextType) => {
              const list = variables.map((one, at) => (at === index ? (next ?? []) : one));
              onChange(list, index === 0 && nextType ? nextType : type);
            }}
          />
          {!readOnly && (
            <Tooltip label={t("remove")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("aggregator.removeItem", { number: index + 1 })}
                onClick={() => {
                  const list = variables.filter((_, at) => at !== index);
                  onChange(list, list.length ? (index === 0 ? typeOf(list) : type) : "any");
                }}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      ))}
      <Group gap="xs">
        {!readOnly && <AddButton label={t("aggregator.add")} onClick={() => onChange([...variables, []], type)} />}
        <TypeSelect value={type} label={t("aggregator.type")} readOnly={readOnly} onChange={(next) => onChange(variables, next)} />
      </Group>
      <FieldProblems path={path} />
    </div>
  );
}

function AddButton({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={onClick}>
      {label}
    </Button>
  );
}
