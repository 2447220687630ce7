/** A form as it is shown: text and fields in the order of its content. Pure. */
import { fieldsOf } from "@/features/runs/input-fields";
import type { PageField } from "../inputs/page-inputs";
import type { FormDefinition } from "./turns";

export type Piece = { kind: "text"; text: string } | { kind: "field"; field: PageField };

const MARK = /\{\{#\$output\.([A-Za-z_]\w*)#\}\}/;
const SIZES = { image: 10, audio: 50, video: 100, document: 15 };

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** The fields of a form. Texts may stay empty. */
export function formFieldsOf(form: FormDefinition): PageField[] {
  const rows = form.inputs.map(
    (row): Record<string, unknown> => ({
      ...row,
      variable: row.output_variable_name,
      required: row.type !== "paragraph" && row.type !== "text-input",
      options: (row.option_source as { value?: unknown } | null | undefined)?.value,
      default: form.resolved_default_values[String(row.output_variable_name)],
    }),
  );
  return fieldsOf(rows).map((field) => {
    const row = rows.find((one) => one.variable === field.name) ?? {};
    const count = field.type === "file-list" ? (field.maxLength ?? 10) : 1;
    const files = { types: strings(row.allowed_file_types), extensions: strings(row.allowed_file_extensions), count, sizes: SIZES };
    return { ...field, files };
  });
}

/** Take the content apart at its fields. A field that it does not name, or names again, stands at the end or not at all. */
export function formPieces(content: string, fields: readonly PageField[]): Piece[] {
  const left = new Map(fields.map((field) => [field.name, field]));
  const pieces: Piece[] = [];
  content.split(MARK).forEach((part, index) => {
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
