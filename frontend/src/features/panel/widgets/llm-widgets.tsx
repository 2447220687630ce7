import { NumberInput, SegmentedControl, Select, Stack, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { PromptEditor } from "@/features/prompt/prompt-editor";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { record, strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";

/** Earlier turns of the conversation for the model: on or off, how many, and the question's template. Chat flows only. */
export function MemoryWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly, mode } = useNodeForm();
  if (mode === "workflow" && !value) return null;
  const memory = value ? record(value) : null;
  const window = record(memory?.window);
  const set = (patch: object) => onChange({ ...memory, ...patch });
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint || t("memory.hint")}
      aside={
        <Switch
          size="xs"
          checked={memory !== null}
          disabled={readOnly}
          aria-label={t("memory.on")}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked ? { window: { enabled: false, size: 10 }, query_prompt_template: "{{#sys.query#}}" } : undefined,
            )
          }
        />
      }
    >
      {memory && (
        <Stack gap="xs">
          <Switch
            size="xs"
            label={t("memory.window")}
            checked={window.enabled === true}
            disabled={readOnly}
            onChange={(event) => set({ window: { size: 10, ...window, enabled: event.currentTarget.checked } })}
          />
          {window.enabled === true && (
            <NumberInput
              size="xs"
              label={t("memory.size")}
              min={1}
              max={500}
              readOnly={readOnly}
              value={typeof window.size === "number" ? window.size : 10}
              onChange={(size) => set({ window: { ...window, size: Number(size) || 1 } })}
            />
          )}
          <PromptEditor
            label={t("memory.query")}
            head={t("memory.query")}
            value={typeof memory.query_prompt_template === "string" ? memory.query_prompt_template : ""}
            readOnly={readOnly}
            minHeight="2.5rem"
            onChange={(text) => set({ query_prompt_template: text })}
          />
        </Stack>
      )}
    </FieldShell>
  );
}

/** Knowledge for the prompt: the variable that stands at `{{#context#}}`. */
export function ContextWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const context = record(value);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("context.hint")}>
      <VariablePicker
        value={strings(context.variable_selector)}
        label={field.label}
        readOnly={readOnly}
        clearable
        onChange={(selector) => onChange({ ...context, enabled: selector !== null, variable_selector: selector ?? [] })}
      />
    </FieldShell>
  );
}

/** Pictures for the model: on or off, from which variable, in which detail. */
export function VisionWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("panel");
  const { readOnly } = useNodeForm();
  const vision = record(value);
  const configs = record(vision.configs);
  const set = (patch: object) => onChange({ ...vision, enabled: true, configs: { ...configs, ...patch } });
  return (
    <FieldShell
      path={field.path}
      label={field.label}
      hint={field.hint || t("vision.hint")}
      aside={
        <Switch
          size="xs"
          checked={vision.enabled === true}
          disabled={readOnly}
          aria-label={t("vision.on")}
          onChange={(event) =>
            onChange({
              ...vision,
              enabled: event.currentTarget.checked,
              configs: { variable_selector: ["sys", "files"], detail: "high", ...configs },
            })
          }
        />
      }
    >
      {vision.enabled === true && (
        <Stack gap="xs">
          <VariablePicker
            value={strings(configs.variable_selector)}
            wanted={["array[file]", "file"]}
            label={t("vision.variable")}
            readOnly={readOnly}
            onChange={(selector) => set({ variable_selector: selector ?? [] })}
          />
          <SegmentedControl
            size="xs"
            readOnly={readOnly}
            aria-label={t("vision.detail")}
            value={configs.detail === "low" ? "low" : "high"}
            onChange={(detail) => set({ detail })}
            data={[
              { value: "low", label: t("vision.low") },
              { value: "high", label: t("vision.high") },
            ]}
          />
        </Stack>
      )}
    </FieldShell>
  );
}

/** Types a variable may have, for a choice of output type. */
export const VALUE_TYPES = [
  "string",
  "number",
  "boolean",
  "object",
  "file",
  "array[string]",
  "array[number]",
  "array[boolean]",
  "array[object]",
  "array[file]",
  "any",
];

export function TypeSelect({
  value,
  onChange,
  label,
  readOnly,
}: {
  value: string;
  onChange(type: string): void;
  label: string;
  readOnly: boolean;
}) {
  return (
    <Select
      size="xs"
      w={150}
      data={VALUE_TYPES}
      value={value || "any"}
      aria-label={label}
      readOnly={readOnly}
      allowDeselect={false}
      onChange={(next) => next && onChange(next)}
    />
  );
}
