/** A form as it is shown: text and fields in the order of its content. Pure. */
import type { HumanForm } from "@/api/types";
import { fieldsOf, initialValues, type FormValues, type InputField } from "../input-fields";

export type Piece = { kind: "text"; text: string } | { kind: "field"; field: InputField };

const MARK = /\{\{#\$output\.([A-Za-z_]\w*)#\}\}/;

function optionsOf(source: unknown): unknown {
  return typeof source === "object" && source !== null ? (source as { value?: unknown }).value : undefined;
}

/** The fields of a form, as the fields of a start node. Texts may stay empty. */
export function formFields(form: HumanForm): InputField[] {
  return fieldsOf(
    form.inputs.map((row) => ({
      ...row,
      variable: row.output_variable_name,
      required: row.type !== "paragraph" && row.type !== "text-input",
      options: optionsOf(row.option_source),
      default: form.resolved_default_values[String(row.output_variable_name)],
    })),
  );
}

/** Take the content apart at its fields. A field that it does not name, or names again, stands at the end or not at all. */
export function formPieces(form: HumanForm): Piece[] {
  const left = new Map(formFields(form).map((field) => [field.name, field]));
  const pieces: Piece[] = [];
  form.form_content.split(MARK).forEach((part, index) => {
    const field = index % 2 ? left.get(part) : undefined;
    if (field) {
      left.delete(part);
      pieces.push({ kind: "field", field });
    } else if (index % 2 === 0 && part.trim()) {
      pieces.push({ kind: "text", text: part.trim() });
    }
  });
  return [...pieces, ...[...left.values()].map((field): Piece => ({ kind: "field", field }))];
}

export const firstValues = (form: HumanForm): FormValues => initialValues(formFields(form));

/** What is sent: a value for every field. */
export function formBody(form: HumanForm, values: FormValues): Record<string, unknown> {
  return Object.fromEntries(formFields(form).map(({ name }) => [name, values[name]]));
}
