import { DatasetPicker } from "@/features/knowledge/dataset-picker";
import { strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";

/** The knowledge to search. */
export function DatasetsWidget({ field, value, onChange }: FieldProps) {
  const { readOnly } = useNodeForm();
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <DatasetPicker size="xs" label={field.label} value={strings(value)} readOnly={readOnly} onChange={onChange} />
    </FieldShell>
  );
}
