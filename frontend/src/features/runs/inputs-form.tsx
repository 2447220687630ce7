import { ActionIcon, Button, Checkbox, Group, NumberInput, Select, Stack, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";
import type { FileInput, FormValues, InputError, InputField } from "./input-fields";

interface Props {
  fields: readonly InputField[];
  values: FormValues;
  errors: Record<string, InputError>;
  onChange(name: string, value: unknown): void;
  disabled?: boolean;
}

/** The form that a flow's start node describes. */
export function InputsForm({ fields, values, errors, onChange, disabled = false }: Props) {
  return (
    <Stack gap="sm">
      {fields
        .filter((field) => !field.hidden)
        .map((field) => (
          <Control
            key={field.name}
            field={field}
            value={values[field.name]}
            error={errors[field.name]}
            disabled={disabled}
            onChange={(value) => onChange(field.name, value)}
          />
        ))}
    </Stack>
  );
}

interface ControlProps {
  field: InputField;
  value: unknown;
  error: InputError | undefined;
  disabled: boolean;
  onChange(value: unknown): void;
}

function Control({ field, value, error, disabled, onChange }: ControlProps) {
  const { t } = useTranslation("runs");
  const words = error ? t(`input.error.${error.code}`, error.params) : undefined;
  const base = {
    label: field.label,
    description: field.hint || undefined,
    placeholder: field.placeholder || undefined,
    withAsterisk: field.required,
    error: words,
    disabled,
    name: field.name,
  };
  const text = typeof value === "string" ? value : "";
  switch (field.type) {
    case "paragraph":
      return (
        <Textarea {...base} autosize minRows={3} maxRows={14} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
      );
    case "select":
      return (
        <Select {...base} data={field.options} value={text || null} clearable={!field.required} onChange={(next) => onChange(next ?? "")} />
      );
    case "number":
      return <NumberInput {...base} value={text} onChange={(next) => onChange(String(next))} />;
    case "checkbox":
      return (
        <Checkbox
          label={field.label}
          description={field.hint || undefined}
          disabled={disabled}
          error={words}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "json_object":
      return <JsonControl field={field} value={text} words={words} disabled={disabled} onChange={onChange} />;
    case "file":
      return (
        <FilesControl
          field={field}
          files={value ? [value as FileInput] : []}
          most={1}
          words={words}
          disabled={disabled}
          onChange={(files) => onChange(files[0] ?? null)}
        />
      );
    case "file-list":
      return (
        <FilesControl
          field={field}
          files={(value as FileInput[] | undefined) ?? []}
          most={field.maxLength ?? 20}
          words={words}
          disabled={disabled}
          onChange={onChange}
        />
      );
    default:
      return <TextInput {...base} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
}

function Heading({ field, words, children }: { field: InputField; words: string | undefined; children: ReactNode }) {
  return (
    <Stack gap={4} role="group" aria-label={field.label}>
      <Text size="sm" fw={600}>
        {field.label}
        {field.required && (
          <Text span c="red" aria-hidden>
            {" *"}
          </Text>
        )}
      </Text>
      {field.hint && (
        <Text size="xs" c="dimmed">
          {field.hint}
        </Text>
      )}
      {children}
      {words && (
        <Text size="xs" c="var(--mantine-color-error)">
          {words}
        </Text>
      )}
    </Stack>
  );
}

function JsonControl({
  field,
  value,
  words,
  disabled,
  onChange,
}: {
  field: InputField;
  value: string;
  words: string | undefined;
  disabled: boolean;
  onChange(value: unknown): void;
}) {
  return (
    <Heading field={field} words={words}>
      <JsonEditor
        label={field.label}
        value={value}
        placeholder={field.placeholder || "{}"}
        readOnly={disabled}
        invalid={words !== undefined}
        minHeight="3rem"
        maxHeight="14rem"
        onChange={onChange}
      />
    </Heading>
  );
}

interface FilesProps {
  field: InputField;
  files: FileInput[];
  most: number;
  words: string | undefined;
  disabled: boolean;
  onChange(files: FileInput[]): void;
}

function FilesControl({ field, files, most, words, disabled, onChange }: FilesProps) {
  const { t } = useTranslation("runs");
  const replace = (index: number, patch: Partial<FileInput>) =>
    onChange(files.map((file, at) => (at === index ? { ...file, ...patch } : file)));
  return (
    <Heading field={field} words={words}>
      {files.map((file, index) => (
        <Group key={index} gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            size="xs"
            type="url"
            placeholder={t("input.fileUrl")}
            aria-label={t("input.fileUrlOf", { name: field.label, number: index + 1 })}
            value={file.url}
            disabled={disabled}
            onChange={(event) => replace(index, { url: event.currentTarget.value })}
          />
          <Select
            size="xs"
            w={120}
            aria-label={t("input.fileKind")}
            data={["image", "document", "audio", "video", "custom"].map((kind) => ({ value: kind, label: t(`fileKind.${kind}`) }))}
            value={file.type}
            allowDeselect={false}
            disabled={disabled}
            onChange={(type) => type && replace(index, { type })}
          />
          <Tooltip label={t("input.removeFile")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("input.removeFile")}
              disabled={disabled}
              onClick={() => onChange(files.filter((_, at) => at !== index))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
      {files.length < most && (
        <Button
          variant="default"
          size="compact-xs"
          w="fit-content"
          disabled={disabled}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...files, { type: "image", transfer_method: "remote_url", url: "" }])}
        >
          {t("input.addFile")}
        </Button>
      )}
    </Heading>
  );
}
