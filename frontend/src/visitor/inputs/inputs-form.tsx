import { useId } from "react";
import type { FormValues, InputError } from "@/features/runs/input-fields";
import type { Session } from "../session";
import { type TextKey, useTexts } from "../texts";
import shared from "../visitor.module.css";
import { FileField } from "./file-field";
import type { PageField } from "./page-inputs";

interface Props {
  session: Session;
  fields: readonly PageField[];
  values: FormValues;
  errors: Record<string, InputError>;
  disabled?: boolean;
  onChange(name: string, value: unknown): void;
}

/** The inputs of an app as a form. */
export function InputsForm({ fields, ...rest }: Props) {
  return (
    <div className={shared.stack}>
      {fields.map((field) => (
        <Field key={field.name} field={field} {...rest} />
      ))}
    </div>
  );
}

function Field({ session, field, values, errors, disabled, onChange }: Omit<Props, "fields"> & { field: PageField }) {
  const { t } = useTexts();
  const id = useId();
  const error = errors[field.name];
  const value = values[field.name];
  const common = {
    id,
    disabled,
    "aria-required": field.required || undefined,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": `${id}-hint`,
  };
  const set = (next: unknown) => onChange(field.name, next);
  const below = (
    <div id={`${id}-hint`}>
      {field.hint && <p className={shared.hint}>{field.hint}</p>}
      {error && (
        <p className={shared.wrong} role="alert">
          {t(`input.${error.code}` as TextKey, error.params)}
        </p>
      )}
    </div>
  );
  if (field.type === "checkbox")
    return (
      <div className={shared.field}>
        <label className={shared.check}>
          <input {...common} type="checkbox" checked={value === true} onChange={(event) => set(event.target.checked)} />
          <span>{field.label}</span>
        </label>
        {below}
      </div>
    );
  return (
    <div className={shared.field}>
      <label className={shared.label} htmlFor={id}>
        {field.label}
        {!field.required && <span className={shared.hint}> · {t("input.optional")}</span>}
      </label>
      {field.type === "file" || field.type === "file-list" ? (
        <FileField session={session} field={field} value={value} inputProps={common} onChange={set} />
      ) : field.type === "select" ? (
        <select {...common} className={shared.input} value={String(value ?? "")} onChange={(event) => set(event.target.value)}>
          <option value="">{t("input.choose")}</option>
          {field.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : field.type === "paragraph" || field.type === "json_object" ? (
        <textarea
          {...common}
          className={shared.input}
          value={String(value ?? "")}
          placeholder={field.placeholder || undefined}
          spellCheck={field.type === "paragraph"}
          onChange={(event) => set(event.target.value)}
        />
      ) : (
        <input
          {...common}
          className={shared.input}
          inputMode={field.type === "number" ? "decimal" : undefined}
          value={String(value ?? "")}
          placeholder={field.placeholder || undefined}
          onChange={(event) => set(event.target.value)}
        />
      )}
      {below}
    </div>
  );
}
