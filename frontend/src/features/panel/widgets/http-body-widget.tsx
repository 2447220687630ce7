import { SegmentedControl, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldProblems, useInvalid } from "../form/field-problems";
import { record } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import classes from "../form/form.module.css";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { BODY_TYPES, type BodyRow, type BodyType, bodyType, isForm, readBody, row, withBodyType } from "./http-body";
import { AddRow, RemoveRow } from "./row-tools";

const FILES = ["file", "array[file]"];

/** What a request sends: nothing, a form, a text, JSON or a file. */
export function HttpBodyWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(field.path);
  const body = record(value);
  const type = bodyType(body);
  const rows = readBody(body);
  const set = (data: BodyRow[]) => onChange({ ...body, type, data });
  const setFirst = (patch: Partial<BodyRow>) => set([{ ...(rows[0] ?? row("", "")), ...patch }, ...rows.slice(1)]);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <Select
        size="xs"
        w={220}
        aria-label={t("body.type")}
        readOnly={readOnly}
        allowDeselect={false}
        value={type}
        data={BODY_TYPES.map((one) => ({ value: one, label: t(`body.${one}`) }))}
        onChange={(next) => next && onChange(withBodyType(body, next as BodyType))}
      />
      {isForm(type) && <FormRows rows={rows} path={`${field.path}.data`} files={type === "form-data"} onChange={set} />}
      {(type === "json" || type === "raw-text") && (
        <div data-field={`${field.path}.data.0.value`}>
          <PromptEditor
            label={t(`body.${type}`)}
            head={t(`body.${type}`)}
            value={rows[0]?.value ?? ""}
            placeholder={type === "json" ? '{ "key": "value" }' : undefined}
            readOnly={readOnly}
            invalid={invalid}
            tokens={false}
            onChange={(text) => setFirst({ value: text })}
          />
        </div>
      )}
      {type === "binary" && (
        <div data-field={`${field.path}.data.0.file`}>
          <VariablePicker
            label={t("body.file")}
            wanted={FILES}
            value={rows[0]?.file}
            readOnly={readOnly}
            onChange={(selector) => setFirst({ type: "file", file: selector ?? [] })}
          />
        </div>
      )}
      {type !== "none" && !isForm(type) && <FieldProblems path={`${field.path}.data`} />}
    </FieldShell>
  );
}

function FormRows({ rows, path, files, onChange }: { rows: BodyRow[]; path: string; files: boolean; onChange(rows: BodyRow[]): void }) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const replace = (index: number, patch: Partial<BodyRow>) => onChange(rows.map((one, at) => (at === index ? { ...one, ...patch } : one)));
  return (
    <div className={classes.rows}>
      {rows.map((one, index) => {
        const name = one.key || String(index + 1);
        return (
          <div key={index} data-field={`${path}.${index}`} role="group" aria-label={t("body.row", { name })} className={classes.rows}>
            <div className={classes.row}>
              <TextInput
                w="30%"
                size="xs"
                value={one.key}
                aria-label={t("body.key", { number: index + 1 })}
                placeholder={t("lines.keyHint")}
                readOnly={readOnly}
                onChange={(event) => replace(index, { key: event.currentTarget.value })}
              />
              {one.type === "file" && files ? (
                <VariablePicker
                  label={t("body.fileOf", { name })}
                  wanted={FILES}
                  value={one.file}
                  readOnly={readOnly}
                  onChange={(selector) => replace(index, { file: selector ?? [] })}
                />
              ) : (
                <InlinePrompt
                  value={one.value}
                  label={t("body.value", { name })}
                  placeholder={t("lines.valueHint")}
                  readOnly={readOnly}
                  onChange={(value) => replace(index, { value })}
                />
              )}
              {files && (
                <SegmentedControl
                  size="xs"
                  aria-label={t("body.kindOf", { name })}
                  readOnly={readOnly}
                  value={one.type}
                  data={[
                    { value: "text", label: t("body.text") },
                    { value: "file", label: t("body.fileShort") },
                  ]}
                  onChange={(type) => replace(index, { type: type === "file" ? "file" : "text" })}
                />
              )}
              {!readOnly && <RemoveRow name={name} onClick={() => onChange(rows.filter((_, at) => at !== index))} />}
            </div>
            <FieldProblems path={`${path}.${index}`} />
          </div>
        );
      })}
      {!readOnly && <AddRow label={t("body.add")} onClick={() => onChange([...rows, row("", "")])} />}
    </div>
  );
}
