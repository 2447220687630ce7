import { Alert, Button, Group, PasswordInput, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconKey, IconShieldLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { InlinePrompt } from "@/features/prompt/inline-prompt";
import { referencesIn, referenceText } from "@/features/prompt/reference";
import { VariablePicker } from "@/features/prompt/variable-picker";
import { FieldProblems } from "../form/field-problems";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { type AuthKind, isInTheClear, readAuthorization, writeAuthorization } from "./http-authorization";
import { useKeepSecret } from "./use-keep-secret";

const USUAL_HEADER = "Authorization";
const KINDS: AuthKind[] = ["no-auth", "bearer", "basic", "custom"];

/** The key of a request. A typed key becomes a secret of the app; one that a file brought along is never shown. */
export function HttpAuthorizationWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const auth = readAuthorization(value);
  const keepSecret = useKeepSecret();
  const path = `${field.path}.config.api_key`;
  const setKey = (key: string) => onChange(writeAuthorization(value, { key }));
  const store = (key: string) => setKey(keepSecret(key));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required} rows>
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={t("auth.kind")}
        readOnly={readOnly}
        value={auth.kind}
        data={KINDS.map((kind) => ({ value: kind, label: t(`auth.${kind}`) }))}
        onChange={(kind) => onChange(writeAuthorization(value, { kind: kind as AuthKind }))}
      />
      {auth.kind !== "no-auth" && (
        <>
          {(auth.kind === "custom" || auth.header) && (
            <TextInput
              size="xs"
              label={t("auth.header")}
              placeholder={USUAL_HEADER}
              data-field={`${field.path}.config.header`}
              value={auth.header}
              readOnly={readOnly}
              onChange={(event) => onChange(writeAuthorization(value, { header: event.currentTarget.value }))}
            />
          )}
          <div data-field={path}>
            <Text size="xs" fw={500} mb={4}>
              {t(`auth.key.${auth.kind}`)}
            </Text>
            <Key kind={auth.kind} value={auth.key} onKey={setKey} onSecret={store} />
            <FieldProblems path={path} />
          </div>
        </>
      )}
    </FieldShell>
  );
}

interface KeyProps {
  kind: AuthKind;
  value: string;
  onKey(key: string): void;
  onSecret(key: string): void;
}

function Key({ kind, value, onKey, onSecret }: KeyProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  if (referencesIn(value).length > 0) {
    return (
      <Group gap="xs" wrap="nowrap">
        <InlinePrompt value={value} label={t(`auth.key.${kind}`)} readOnly={readOnly} onChange={onKey} />
        {!readOnly && (
          <Button size="compact-xs" variant="default" onClick={() => onKey("")}>
            {t("auth.replace")}
          </Button>
        )}
      </Group>
    );
  }
  if (isInTheClear(value)) {
    return (
      <Alert
        color="yellow"
        variant="outline"
        p="xs"
        title={t("auth.clear")}
        icon={<IconShieldLock size={18} aria-hidden />}
        styles={{ title: { color: "var(--tm-warn)" }, icon: { color: "var(--tm-warn)" } }}
      >
        <Text size="xs" pb="xs">
          {t("auth.clearHint")}
        </Text>
        {!readOnly && (
          <Group gap="xs">
            <Button size="compact-xs" onClick={() => onSecret(value)}>
              {t("auth.move")}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => onKey("")}>
              {t("auth.replace")}
            </Button>
          </Group>
        )}
      </Alert>
    );
  }
  return readOnly ? null : <NewKey kind={kind} onKey={onKey} onSecret={onSecret} />;
}

function NewKey({ kind, onKey, onSecret }: Omit<KeyProps, "value">) {
  const { t } = useTranslation("widgets");
  const [typed, setTyped] = useState("");
  const keep = () => typed.trim() && onSecret(typed.trim());
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <PasswordInput
          size="xs"
          flex={1}
          aria-label={t(`auth.key.${kind}`)}
          placeholder={t(kind === "basic" ? "auth.basicHint" : "auth.keyHint")}
          autoComplete="off"
          value={typed}
          leftSection={<IconKey size={14} aria-hidden />}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) keep();
          }}
        />
        <Button size="xs" disabled={!typed.trim()} onClick={keep}>
          {t("auth.keep")}
        </Button>
      </Group>
      <Group gap="xs" mt={6} wrap="nowrap">
        <Text size="xs" c="dimmed">
          {t("auth.or")}
        </Text>
        <VariablePicker
          value={null}
          wanted={["string", "secret"]}
          label={t("auth.variable")}
          placeholder={t("auth.variable")}
          onChange={(selector) => selector && onKey(referenceText(selector))}
        />
      </Group>
    </>
  );
}
