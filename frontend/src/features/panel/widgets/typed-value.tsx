import { NumberInput, Select, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";

interface Props {
  label: string;
  type: string;
  value: unknown;
  readOnly: boolean;
  onChange(value: unknown): void;
}

/** A value written out, by its type: a text, a number, true or false, JSON. */
export function TypedValue({ label, type, value, readOnly, onChange }: Props) {
  const { t } = useTranslation("panel");
  if (type === "number") {
    const number = typeof value === "number" || (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)));
    return (
      <NumberInput
        size="xs"
        label={label}
        readOnly={readOnly}
        value={number ? Number(value) : ""}
        onChange={(next) => onChange(next === "" ? null : Number(next))}
      />
    );
  }
  if (type === "boolean") {
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
        value={String(value === true || value === "true")}
        onChange={(next) => onChange(next === "true")}
      />
    );
  }
  if (type === "object" || type.startsWith("array"))
    return <JsonValue label={label} value={value} readOnly={readOnly} onChange={onChange} />;
  return (
    <Textarea
      size="xs"
      autosize
      minRows={1}
      maxRows={8}
      label={label}
      readOnly={readOnly}
      value={typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function JsonValue({ label, value, readOnly, onChange }: Omit<Props, "type">) {
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
