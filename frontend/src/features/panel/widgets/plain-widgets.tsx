import { NumberInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { JsonEditor } from "@/features/prompt/json-editor";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

function useBase({ field }: FieldProps) {
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(field.path);
  return {
    label: field.label,
    description: field.hint || undefined,
    placeholder: field.placeholder || undefined,
    withAsterisk: field.required,
    readOnly,
    error: invalid,
  };
}

export function TextWidget(props: FieldProps) {
  const base = useBase(props);
  return (
    <div data-field={props.field.path}>
      <TextInput
        {...base}
        value={text(props.value)}
        maxLength={props.field.maxLength}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      <FieldProblems path={props.field.path} />
    </div>
  );
}

export function ParagraphWidget(props: FieldProps) {
  const base = useBase(props);
  return (
    <div data-field={props.field.path}>
      <Textarea
        {...base}
        autosize
        minRows={3}
        maxRows={16}
        value={text(props.value)}
        maxLength={props.field.maxLength}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      <FieldProblems path={props.field.path} />
    </div>
  );
}

export function NumberWidget(props: FieldProps) {
  const { field, value, onChange } = props;
  const base = useBase(props);
  return (
    <div data-field={field.path}>
      <NumberInput
        {...base}
        value={typeof value === "number" ? value : ""}
        min={field.minimum}
        max={field.maximum}
        clampBehavior="blur"
        allowDecimal={!field.integer}
        onChange={(next) => onChange(next === "" ? undefined : Number(next))}
      />
      <FieldProblems path={field.path} />
    </div>
  );
}

export function SwitchWidget(props: FieldProps) {
  const { readOnly } = useNodeForm();
  return (
    <div data-field={props.field.path}>
      <Switch
        label={props.field.label}
        description={props.field.hint || undefined}
        checked={props.value === true}
        disabled={readOnly}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <FieldProblems path={props.field.path} />
    </div>
  );
}

export function SelectWidget(props: FieldProps) {
  const { field, value, onChange } = props;
  const base = useBase(props);
  const { t, i18n } = useTranslation("panel");
  const worded = field.choices.map((choice) => {
    const key = `choice.${field.path}.${choice.value}`;
    return choice.label === choice.value && i18n.exists(key, { ns: "panel" }) ? { ...choice, label: t(key) } : choice;
  });
  const numeric = field.integer || field.raw.type === "number";
  return (
    <div data-field={field.path}>
      <Select
        {...base}
        data={worded}
        value={text(value) || null}
        allowDeselect={false}
        onChange={(next) => next !== null && onChange(numeric ? Number(next) : next)}
      />
      <FieldProblems path={field.path} />
    </div>
  );
}

/** A value kept as JSON; what does not parse stays in the field and is not saved. */
export function JsonWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const kept = value === undefined ? "" : JSON.stringify(value, null, 2);
  const [draft, setDraft] = useState({ text: kept, saved: kept });
  // A value changed from outside wins over what was typed; our own change comes back as the same value.
  const typed = draft.saved === kept || sameJson(draft.text, kept) ? draft.text : kept;
  const wrong = parse(typed) === null;
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <JsonEditor
        value={typed}
        label={field.label}
        readOnly={readOnly}
        invalid={wrong}
        onChange={(next) => {
          setDraft({ text: next, saved: kept });
          const parsed = parse(next);
          if (parsed) onChange(parsed.value);
        }}
      />
      {wrong && <span role="alert">{t("json.invalid")}</span>}
    </FieldShell>
  );
}

function parse(typed: string): { value: unknown } | null {
  if (!typed.trim()) return { value: undefined };
  try {
    return { value: JSON.parse(typed) as unknown };
  } catch {
    return null;
  }
}

function sameJson(a: string, b: string): boolean {
  const left = parse(a);
  return left !== null && JSON.stringify(left.value ?? null) === JSON.stringify(parse(b)?.value ?? null);
}
