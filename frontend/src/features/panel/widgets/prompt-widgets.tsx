import { PromptEditor } from "@/features/prompt/prompt-editor";
import type { VariableRow } from "@/features/prompt/jinja";
import { useInvalid } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import { rowsOf, setPath, getPath } from "../form/field-schema";
import { type FieldProps, useNodeForm } from "../form/form-context";

/** A short text with variable chips, such as an address. */
export function LineWidget(props: FieldProps) {
  return <PromptWidget {...props} minHeight="1.5rem" />;
}

/** A text with variable chips. */
export function PromptWidget({ field, value, onChange, minHeight }: FieldProps & { minHeight?: string }) {
  const { readOnly } = useNodeForm();
  const invalid = useInvalid(field.path);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <PromptEditor
        value={typeof value === "string" ? value : ""}
        onChange={onChange}
        label={field.label}
        placeholder={field.placeholder}
        readOnly={readOnly}
        invalid={invalid}
        tokens={field.raw["x-tokens"] === true}
        minHeight={minHeight}
      />
    </FieldShell>
  );
}

/** A Jinja template; variables chosen in it are declared in the list that `x-variables` names (`variables`). */
export function TemplateWidget({ field, value, onChange }: FieldProps) {
  const { readOnly, node, update } = useNodeForm();
  const invalid = useInvalid(field.path);
  const rowsPath = typeof field.raw["x-variables"] === "string" ? field.raw["x-variables"] : "variables";
  const rows = rowsOf<VariableRow>(getPath(node.data, rowsPath));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <PromptEditor
        value={typeof value === "string" ? value : ""}
        onChange={onChange}
        label={field.label}
        placeholder={field.placeholder}
        readOnly={readOnly}
        invalid={invalid}
        tokens={false}
        minHeight="9rem"
        jinja={{ rows, onRows: (next) => update((data) => setPath(data, rowsPath, next), `${node.id}:${rowsPath}`) }}
      />
    </FieldShell>
  );
}
