import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconExternalLink } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Credential, Provider, ProviderField } from "@/api/types";
import { TestFailure } from "@/features/models/test-failure";
import { TestProgress } from "@/features/models/test-progress";
import type { useCredentialTest } from "@/features/models/use-credential-test";
import { fieldErrors } from "@/lib/field-errors";
import { useLocalized } from "@/lib/use-language";

export interface CredentialValues {
  name: string;
  fields: Record<string, string>;
}

interface Props {
  provider: Provider;
  credential?: Credential;
  /** What was typed before, when one comes back from the next step. */
  initial: CredentialValues | null;
  test: ReturnType<typeof useCredentialTest>;
  onTest: (values: CredentialValues) => void;
  onSkip: (values: CredentialValues) => void;
  onBack?: () => void;
}

/** The provider's own fields and the trying out. Stored secrets never come back: empty keeps them. */
export function CredentialForm({ provider, credential, initial, test, onTest, onSkip, onBack }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const localized = useLocalized();
  const [name, setName] = useState(initial?.name ?? credential?.name ?? provider.label);
  const [fields, setFields] = useState<Record<string, string>>(
    () =>
      initial?.fields ??
      (credential?.base_url && provider.fields.some((field) => field.name === "base_url") ? { base_url: credential.base_url } : {}),
  );
  const [missing, setMissing] = useState<readonly string[]>([]);
  const busy = test.startedAt !== null;
  const refused = fieldErrors(test.error);

  const values = (): CredentialValues => ({
    name: name.trim() || provider.label,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== "")),
  });
  const complete = (): boolean => {
    const empty = provider.fields
      .filter((field) => field.required && !credential && !fields[field.name]?.trim())
      .map((field) => field.name);
    setMissing(empty);
    if (empty[0]) document.getElementById(`credential-${empty[0]}`)?.focus();
    return empty.length === 0;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete()) onTest(values());
  };
  const errorOf = (field: ProviderField): string | undefined =>
    missing.includes(field.name) ? t("form.needed", { field: localized(field.label) }) : refused[field.name];

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {localized(provider.description)}{" "}
          {provider.help_url && (
            <Anchor href={provider.help_url} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
              {t("form.whereKey")} <IconExternalLink size={13} aria-hidden />
            </Anchor>
          )}
        </Text>
        {provider.fields.map((field, index) => (
          <FieldInput
            key={field.name}
            field={field}
            label={localized(field.label)}
            value={fields[field.name] ?? ""}
            error={errorOf(field)}
            kept={
              credential && field.secret ? (credential.hint ? t("form.keep", { hint: credential.hint }) : t("form.keepNoHint")) : undefined
            }
            required={field.required && !credential}
            autoFocus={index === 0}
            onChange={(value) => {
              setFields({ ...fields, [field.name]: value });
              setMissing(missing.filter((one) => one !== field.name));
            }}
          />
        ))}
        <TextInput
          label={t("form.name")}
          description={t("form.nameHint")}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {busy && test.startedAt !== null && <TestProgress provider={provider.label} since={test.startedAt} onCancel={test.cancel} />}
        {test.error !== null && Object.keys(refused).length === 0 && <TestFailure error={test.error} provider={provider} />}
        {Object.keys(refused).length > 0 && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
            {t("form.fixFields")}
          </Alert>
        )}
        <Group justify="space-between">
          {onBack ? (
            <Button variant="default" onClick={onBack}>
              {t("form.otherProvider")}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="xs">
            {test.error !== null && (
              <Button variant="default" onClick={() => complete() && onSkip(values())}>
                {t("form.skipTest")}
              </Button>
            )}
            <Button type="submit" loading={busy}>
              {t("form.test")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

interface FieldProps {
  field: ProviderField;
  label: string;
  value: string;
  error: string | undefined;
  kept: string | undefined;
  required: boolean;
  autoFocus: boolean;
  onChange: (value: string) => void;
}

function FieldInput({ field, label, value, error, kept, required, autoFocus, onChange }: FieldProps) {
  const { t } = useTranslation("models");
  const shared = {
    id: `credential-${field.name}`,
    label,
    description: kept,
    placeholder: field.placeholder || undefined,
    required,
    error,
    value,
    autoComplete: "off",
    spellCheck: false,
    "data-autofocus": autoFocus || undefined,
  };
  if (field.multiline)
    return <Textarea {...shared} autosize minRows={3} maxRows={10} onChange={(event) => onChange(event.currentTarget.value)} />;
  if (field.secret) {
    return (
      <PasswordInput
        {...shared}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("form.toggleSecret", { field: label }) }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
}
