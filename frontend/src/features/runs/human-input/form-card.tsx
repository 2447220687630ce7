import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { HumanForm } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { ApiError } from "@/api/client";
import { checkValues, type FormValues, type InputError } from "../input-fields";
import { InputsForm } from "../inputs-form";
import { MarkdownView } from "../markdown-view";
import { firstValues, formBody, formFields, formPieces } from "./form-pieces";

interface Props {
  form: HumanForm;
  /** Off for those who may only look. */
  allowed: boolean;
  onAnswer(action: string, inputs: Record<string, unknown>): Promise<void>;
}

const VARIANTS: Record<string, string> = { primary: "filled", accent: "light", ghost: "subtle" };

/** One form that a run waits for: its text, its fields in their places, its buttons. */
export function FormCard({ form, allowed, onAnswer }: Props) {
  const { t, i18n } = useTranslation("forms");
  const [values, setValues] = useState<FormValues>(() => firstValues(form));
  const [errors, setErrors] = useState<Record<string, InputError>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [pressed, setPressed] = useState<string | null>(null);
  const until = new Date(form.expiration_time).toLocaleString(i18n.language, { dateStyle: "medium", timeStyle: "short" });

  const press = async (action: string) => {
    const wrong = checkValues(formFields(form), values);
    setErrors(wrong);
    setFailure(null);
    if (Object.keys(wrong).length > 0) return;
    setPressed(action);
    try {
      await onAnswer(action, formBody(form, values));
    } catch (error) {
      const field = error instanceof ApiError ? error.details.field : null;
      if (error instanceof ApiError && typeof field === "string" && field in values)
        setErrors({ [field]: { code: "server", params: { message: error.message } } });
      else setFailure(error);
    } finally {
      setPressed(null);
    }
  };
  return (
    <Paper withBorder p="sm" component="section" aria-label={t("form.of", { node: form.node_title })}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            {form.node_title}
          </Text>
          <Text size="xs" c="dimmed">
            {t("form.until", { time: until })}
          </Text>
        </Group>
        {formPieces(form).map((piece, index) =>
          piece.kind === "text" ? (
            <MarkdownView key={index} text={piece.text} />
          ) : (
            <InputsForm
              key={index}
              fields={[piece.field]}
              values={values}
              errors={errors}
              disabled={!allowed || pressed !== null}
              onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
            />
          ),
        )}
        {failure !== null && <ErrorState error={failure} title={t("form.refused")} />}
        {allowed ? (
          <Group gap="xs">
            {form.user_actions.map(({ id, title, button_style }) => (
              <Button
                key={id}
                size="compact-md"
                variant={VARIANTS[button_style] ?? "default"}
                loading={pressed === id}
                disabled={pressed !== null && pressed !== id}
                onClick={() => void press(id)}
              >
                {title || id}
              </Button>
            ))}
          </Group>
        ) : (
          <Text size="xs" c="dimmed">
            {t("form.notAllowed")}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
