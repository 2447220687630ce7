import { Button, Group, NumberInput, SegmentedControl, Select, TagsInput, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { moved } from "./conditions";
import { FIELD_TYPES, fieldMark, type FormField, newField, readFields, readSource, type Source, withFieldType } from "./form-fields";
import { NameField } from "./name-field";
import { AddRow, RowTools } from "./row-tools";
import { TypedValue } from "./typed-value";

/** What a person fills in: each field is an output of the node, and has a place in the form's text. */
export function FormFieldsWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { node, readOnly, renameOutput, update } = useNodeForm();
  const rows = readFields(value);
  const content = typeof node.data.form_content === "string" ? node.data.form_content : "";
  const setContent = (text: string) =>
    update((data) => {
      data.form_content = text;
    }, `${node.id}:${field.path}`);
  const rename = (index: number, from: string, to: string) => {
    onChange(rows.map((row, at) => (at === index ? { ...row, output_variable_name: to } : row)));
    if (!from) return;
    if (content.includes(fieldMark(from))) setContent(content.replaceAll(fieldMark(from), fieldMark(to)));
    renameOutput(from, to, field.path);
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("form.fieldsHint")} required={field.required} rows>
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <FieldCard
            key={index}
            path={`${field.path}.${index}`}
            row={row}
            index={index}
            count={rows.length}
            taken={rows.filter((_, at) => at !== index).map((one) => one.output_variable_name)}
            placed={content.includes(fieldMark(row.output_variable_name))}
            onPlace={() => setContent(`${content}${content && !content.endsWith("\n") ? "\n" : ""}${fieldMark(row.output_variable_name)}`)}
            onName={(name) => rename(index, row.output_variable_name, name)}
            onChange={(next) => onChange(rows.map((one, at) => (at === index ? next : one)))}
            onMove={(by) => onChange(moved(rows, index, by))}
            onRemove={() => onChange(rows.filter((_, at) => at !== index))}
          />
        ))}
      </div>
      {!readOnly && <AddRow label={t("form.addField")} onClick={() => onChange([...rows, newField(rows)])} />}
    </FieldShell>
  );
}

interface CardProps {
  path: string;
  row: FormField;
  index: number;
  count: number;
  taken: string[];
  /** The field stands in the form's text. */
  placed: boolean;
  onPlace(): void;
  onName(name: string): void;
  onChange(row: FormField): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function FieldCard({ path, row, index, count, taken, placed, onPlace, onName, onChange, onMove, onRemove }: CardProps) {
  const { t } = useTranslation("widgets");
  const { t: panel } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(`${path}.output_variable_name`);
  const name = row.output_variable_name;
  const isFile = row.type === "file" || row.type === "file-list";
  return (
    <div className={classes.card} role="group" aria-label={t("form.field", { name: name || index + 1 })} data-field={path}>
      <div className={classes.row}>
        <NameField
          path={`${path}.output_variable_name`}
          name={name}
          taken={taken}
          invalid={invalid}
          label={t("form.nameOf", { number: index + 1 })}
          onName={onName}
        />
        <Select
          size="xs"
          w={130}
          aria-label={t("form.typeOf", { name })}
          data={FIELD_TYPES.map((type) => ({ value: type, label: panel(`inputType.${type}`) }))}
          value={row.type}
          readOnly={readOnly}
          allowDeselect={false}
          onChange={(type) => type && onChange(withFieldType(row, type))}
        />
        <Group gap={4} wrap="nowrap">
          {!readOnly && <RowTools name={name || String(index + 1)} index={index} count={count} onMove={onMove} onRemove={onRemove} />}
        </Group>
      </div>
      {!placed && name && !readOnly && (
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            {t("form.notPlaced")}
          </Text>
          <Button size="compact-xs" variant="default" onClick={onPlace}>
            {t("form.placeOf", { name })}
          </Button>
        </Group>
      )}
      {row.type === "select" && (
        <SourceField
          path={`${path}.option_source`}
          label={t("form.options")}
          source={readSource(row.option_source)}
          wanted={["array[string]", "array[number]", "string"]}
          list
          onChange={(option_source) => onChange({ ...row, option_source })}
        />
      )}
      {!isFile && (
        <SourceField
          path={`${path}.default`}
          label={t("form.preset")}
          source={readSource(row.default)}
          onChange={(preset) => onChange({ ...row, default: preset })}
        />
      )}
      {isFile && (
        <TagsInput
          size="xs"
          label={t("form.fileTypes")}
          data={["document", "image", "audio", "video"]}
          readOnly={readOnly}
          value={strings(row.allowed_file_types)}
          onChange={(allowed_file_types) => onChange({ ...row, allowed_file_types })}
        />
      )}
      {row.type === "file-list" && (
        <NumberInput
          size="xs"
          w={150}
          label={panel("start.mostFiles")}
          min={1}
          readOnly={readOnly}
          value={typeof row.number_limits === "number" ? row.number_limits : ""}
          onChange={(next) => onChange({ ...row, number_limits: Number(next) || 1 })}
        />
      )}
      <FieldProblems path={path} />
    </div>
  );
}

interface SourceProps {
  path: string;
  label: string;
  source: Source;
  wanted?: string[];
  list?: boolean;
  onChange(source: Source): void;
}

/** A value written out or taken from a variable. */
function SourceField({ path, label, source, wanted, list = false, onChange }: SourceProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  return (
    <div data-field={path} className={classes.rows}>
      <Group gap="xs" justify="space-between">
        <Text size="xs" fw={500}>
          {label}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={t("form.sourceOf", { label })}
          readOnly={readOnly}
          value={source.type}
          data={(["constant", "variable"] as const).map((type) => ({ value: type, label: t(`source.${type}`) }))}
          onChange={(type) => onChange({ ...source, type: type === "variable" ? "variable" : "constant" })}
        />
      </Group>
      {source.type === "variable" ? (
        <VariablePicker
          label={label}
          wanted={wanted}
          value={source.selector}
          readOnly={readOnly}
          onChange={(selector) => onChange({ ...source, selector: selector ?? [] })}
        />
      ) : list ? (
        <TagsInput
          size="xs"
          aria-label={label}
          placeholder={t("parameters.optionsHint")}
          readOnly={readOnly}
          value={strings(source.value)}
          onChange={(value) => onChange({ ...source, value })}
        />
      ) : (
        <TypedValue
          label={t("form.text")}
          type="string"
          value={source.value}
          readOnly={readOnly}
          onChange={(value) => onChange({ ...source, value })}
        />
      )}
    </div>
  );
}
