import { Group, NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { record } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";

const PARTS = ["connect", "read", "write"] as const;
const MOST_S = 600;

/** Seconds to wait; empty for the usual time. Old files have `max_read_timeout` and so on, which count where these are empty. */
export function HttpTimeoutWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const timeout = typeof value === "number" ? { read: value } : record(value);
  const secondsOf = (part: string): number | "" => {
    const own = Number((timeout as Record<string, unknown>)[part] || (timeout as Record<string, unknown>)[`max_${part}_timeout`]);
    return own > 0 ? own : "";
  };
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint || t("timeout.hint")}>
      <Group grow gap="xs" align="flex-start">
        {PARTS.map((part) => (
          <NumberInput
            key={part}
            size="xs"
            label={t(`timeout.${part}`)}
            placeholder={t(`timeout.${part}.usual`)}
            min={0}
            max={MOST_S}
            suffix={t("timeout.unit")}
            readOnly={readOnly}
            value={secondsOf(part)}
            onChange={(next) => {
              const { [`max_${part}_timeout`]: _old, ...rest } = timeout as Record<string, unknown>;
              onChange({ ...rest, [part]: Number(next) || 0 });
            }}
          />
        ))}
      </Group>
    </FieldShell>
  );
}
