import { NumberInput, Select, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";
import type { DefaultRow } from "./error-handling";

/** The value that an output takes when its node fails, by its type. */
export function DefaultValueField({ row, readOnly, onChange }: { row: DefaultRow; readOnly: boolean; onChange(value: unknown): void }) {
  const { t } = useTranslation("panel");
  const label = t("errors.valueOf", { name: row.key, type: row.type });
  if (row.type === "number") {
    return (
      <NumberInput
        size="xs"
        label={label}
        readOnly={readOnly}
        value={typeof row.value === "number" ? row.value : ""}
        onChange={(next) => onChange(next === "" ? null : Number(next))}
      />
    );
  }
  if (row.type === "boolean") {
    return (
      <Select
        size="xs"
        label={label}
        readOnly={readOnly}
        allowDeselect={false}
        data={[
          { value: "true", label: t("conditions.true") },
          { value: "false", label: t("conditions.false") },
        ]}
        value={String(row.value === true)}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (row.type === "object" || row.type.startsWith("array"))
    return <JsonDefault label={label} value={row.value} readOnly={readOnly} onChange={onChange} />;
  return (
    <Textarea
      size="xs"
      autosize
      minRows={1}
      maxRows={8}
      label={label}
      readOnly={readOnly}
      value={typeof row.value === "string" ? row.value : ""}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function JsonDefault({
  label,
  value,
  readOnly,
  onChange,
}: {
  label: string;
  value: unknown;
  readOnly: boolean;
  onChange(value: unknown): void;
}) {
  const { t } = useTranslation("panel");
  const [text, setText] = useState(() => (typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2)));
  const [wrong, setWrong] = useState(false);
  return (
    <div>
      <Text size="xs" fw={500}>
        {label}
      </Text>
      <JsonEditor
        label={label}
        value={text}
        readOnly={readOnly}
        invalid={wrong}
        minHeight="2rem"
        onChange={(next) => {
          setText(next);
          try {
            onChange(JSON.parse(next) as unknown);
            setWrong(false);
          } catch {
            setWrong(true);
          }
        }}
      />
      {wrong && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {t("json.invalid")}
        </Text>
      )}
    </div>
  );
}
