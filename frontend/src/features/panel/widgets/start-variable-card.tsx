import { Badge, Group, NumberInput, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/lib/use-draft";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { strings } from "../form/field-schema";
import classes from "../form/form.module.css";
import { useNodeForm } from "../form/form-context";
import { RowTools } from "./row-tools";
import { cleanName, START_TYPES, type StartRow, withType } from "./start-rows";

interface Props {
  path: string;
  row: StartRow;
  index: number;
  count: number;
  taken: string[];
  open: boolean;
  onToggle(): void;
  onChange(row: StartRow): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

/** One input: folded a line, unfolded all it can be. */
export function StartVariableCard({ path, row, index, count, taken, open, onToggle, onChange, onMove, onRemove }: Props) {
  const { t } = useTranslation("panel");
  const { readOnly, usesOf } = useNodeForm();
  const invalid = useInvalid(path);
  const [asking, setAsking] = useState(false);
  const uses = asking ? usesOf(row.variable) : 0;
  const remove = () => {
    if (!asking && usesOf(row.variable) > 0) setAsking(true);
    else onRemove();
  };
  return (
    <div className={classes.card} data-field={path} data-invalid={invalid || undefined} role="group" aria-label={row.label || row.variable}>
      <Group gap={4} wrap="nowrap" justify="space-between">
        <UnstyledButton
          className={classes.grow}
          aria-expanded={open}
          aria-label={t("start.edit", { name: row.label || row.variable })}
          onClick={onToggle}
        >
          <Group gap={6} wrap="nowrap">
            {open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            <Text size="sm" ff="monospace" truncate>
              {row.variable || t("start.unnamed")}
            </Text>
            {row.label && (
              <Text size="xs" c="dimmed" truncate>
                {row.label}
              </Text>
            )}
            <Badge size="xs" variant="default" tt="none">
              {t(`inputType.${row.type}`, row.type)}
            </Badge>
            {row.required && (
              <Text size="xs" c="dimmed">
                {t("start.required")}
              </Text>
            )}
          </Group>
        </UnstyledButton>
        {!readOnly && <RowTools name={row.variable} index={index} count={count} onMove={onMove} onRemove={remove} />}
      </Group>
      {asking && (
        <Text size="xs" c="var(--tm-warn)" role="alert">
          {t("start.removeUsed", { count: uses, name: row.variable })}
        </Text>
      )}
      {open && <Details path={path} row={row} taken={taken} readOnly={readOnly} onChange={onChange} />}
      <FieldProblems path={path} />
    </div>
  );
}

function Details({
  path,
  row,
  taken,
  readOnly,
  onChange,
}: {
  path: string;
  row: StartRow;
  taken: string[];
  readOnly: boolean;
  onChange(row: StartRow): void;
}) {
  const { t } = useTranslation("panel");
  const set = (patch: Partial<StartRow>) => onChange({ ...row, ...patch });
  const text = (key: string) => (typeof row[key] === "string" ? (row[key] as string) : "");
  const hasLength = row.type === "text-input" || row.type === "paragraph" || row.type === "file-list";
  return (
    <Stack gap="xs">
      <Group grow gap="xs" align="flex-start">
        <NameField path={`${path}.variable`} row={row} taken={taken} readOnly={readOnly} onName={(variable) => set({ variable })} />
        <TextInput
          size="xs"
          label={t("start.label")}
          value={row.label}
          readOnly={readOnly}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
      </Group>
      <Group grow gap="xs" align="flex-start">
        <Select
          size="xs"
          label={t("start.type")}
          readOnly={readOnly}
          allowDeselect={false}
          value={row.type}
          data={START_TYPES.map((type) => ({ value: type, label: t(`inputType.${type}`) }))}
          onChange={(type) => type && onChange(withType(row, type))}
        />
        {hasLength && (
          <NumberInput
            size="xs"
            min={1}
            label={t(row.type === "file-list" ? "start.mostFiles" : "start.maxLength")}
            readOnly={readOnly}
            value={typeof row.max_length === "number" ? row.max_length : ""}
            onChange={(next) => set({ max_length: next === "" ? null : Number(next) })}
          />
        )}
      </Group>
      {row.type === "select" && (
        <div data-field={`${path}.options`}>
          <TagsInput
            size="xs"
            label={t("start.options")}
            placeholder={t("start.optionsHint")}
            readOnly={readOnly}
            value={strings(row.options)}
            onChange={(options) => set({ options })}
          />
        </div>
      )}
      <DefaultField row={row} readOnly={readOnly} onChange={(value) => set({ default: value })} />
      <TextInput
        size="xs"
        label={t("start.hint")}
        value={text("description")}
        readOnly={readOnly}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <Group gap="lg">
        <Switch
          size="xs"
          label={t("start.requiredSwitch")}
          checked={row.required}
          disabled={readOnly}
          onChange={(event) => set({ required: event.currentTarget.checked })}
        />
        <Switch
          size="xs"
          label={t("start.hide")}
          checked={row.hide === true}
          disabled={readOnly}
          onChange={(event) => set({ hide: event.currentTarget.checked })}
        />
      </Group>
    </Stack>
  );
}

/** The name is written when the field is left: until then references keep the old one. */
function NameField({
  path,
  row,
  taken,
  readOnly,
  onName,
}: {
  path: string;
  row: StartRow;
  taken: string[];
  readOnly: boolean;
  onName(name: string): void;
}) {
  const { t } = useTranslation("panel");
  const { usesOf } = useNodeForm();
  const [typed, setTyped] = useDraft(row.variable);
  const name = cleanName(typed);
  const clash = taken.includes(name);
  const uses = name !== row.variable ? usesOf(row.variable) : 0;
  const note = clash
    ? t("start.nameTaken", { name })
    : name !== typed && typed
      ? t("start.nameBecomes", { name })
      : uses
        ? t("start.renames", { count: uses })
        : undefined;
  return (
    <TextInput
      size="xs"
      data-field={path}
      label={t("start.name")}
      value={typed}
      readOnly={readOnly}
      error={clash ? note : undefined}
      description={clash ? undefined : note}
      inputWrapperOrder={["label", "input", "description", "error"]}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => {
        if (name && !clash && name !== row.variable) onName(name);
        else setTyped(row.variable);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing && event.keyCode !== 229) event.currentTarget.blur();
      }}
    />
  );
}

function DefaultField({ row, readOnly, onChange }: { row: StartRow; readOnly: boolean; onChange(value: unknown): void }) {
  const { t } = useTranslation("panel");
  const base = { size: "xs" as const, label: t("start.default"), readOnly };
  const value = row.default;
  const text = value === null || value === undefined ? "" : String(value);
  if (row.type === "file" || row.type === "file-list" || row.type === "json_object") return null;
  if (row.type === "checkbox")
    return (
      <Switch
        size="xs"
        label={t("start.defaultOn")}
        checked={value === true}
        disabled={readOnly}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (row.type === "number")
    return (
      <NumberInput
        {...base}
        value={typeof value === "number" ? value : text}
        onChange={(next) => onChange(next === "" ? null : Number(next))}
      />
    );
  if (row.type === "select")
    return <Select {...base} clearable data={strings(row.options)} value={text || null} onChange={(next) => onChange(next ?? "")} />;
  if (row.type === "paragraph")
    return <Textarea {...base} autosize minRows={2} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <TextInput {...base} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
}
