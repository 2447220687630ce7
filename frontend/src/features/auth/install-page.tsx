import { Alert, Button, NativeSelect, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Me, NewInstallation, Setup } from "@/api/types";
import { AuthShell } from "@/features/auth/auth-shell";
import { HealthList } from "@/features/auth/health-list";
import { PasswordMeter } from "@/features/auth/password-meter";
import { passwordProblem } from "@/features/auth/password-strength";
import { isLanguage, LANGUAGES, type Language, setLanguage } from "@/i18n";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";

interface Values {
  email: string;
  name: string;
  password: string;
  workspace_name: string;
}

export default function InstallPage() {
  const { t } = useTranslation("auth");
  const language = useLanguage();
  const words = useErrorText();
  const client = useQueryClient();
  const navigate = useNavigate();

  const form = useForm<Values>({
    initialValues: { email: "", name: "", password: "", workspace_name: "" },
    validateInputOnBlur: true,
    validate: {
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t("error.email")),
      name: (value) => (value.trim() ? null : t("error.required")),
      password: (value, values) => {
        const problem = passwordProblem(value, [values.email, values.name]);
        return problem ? t(`password.${problem}`) : null;
      },
    },
  });

  const create = useMutation({
    mutationFn: (values: Values) => {
      const name = values.name.trim();
      const workspace_name = values.workspace_name.trim() || t("install.workspaceDefault", { name });
      return api.post<Me>(
        "/api/setup",
        { ...values, email: values.email.trim(), name, workspace_name, language } satisfies NewInstallation,
        { onUnauthorized: "throw" },
      );
    },
    onSuccess: (me) => {
      client.setQueryData(keys.me, me);
      client.setQueryData<Setup>(keys.setup, (setup) => setup && { ...setup, installed: true });
      void navigate({ to: "/", replace: true });
    },
    onError: (error) => {
      const fields = fieldErrors(error);
      form.setErrors(fields);
      const first = Object.keys(fields)[0];
      if (first) form.getInputNode(first)?.focus();
    },
  });

  const chooseLanguage = (value: string) => {
    if (isLanguage(value)) void setLanguage(value);
  };
  const alreadyInstalled = create.error instanceof ApiError && create.error.code === "already_installed";
  const inFields = Object.keys(fieldErrors(create.error)).length > 0;

  return (
    <AuthShell title={t("install.title")} hint={t("install.hint")} aside={<HealthList />}>
      <form
        noValidate
        onSubmit={form.onSubmit(
          (values) => create.mutate(values),
          (errors) => {
            const first = Object.keys(errors)[0];
            if (first) form.getInputNode(first)?.focus();
          },
        )}
      >
        <Stack>
          <TextInput
            label={t("field.email")}
            description={t("install.emailHint")}
            type="email"
            autoComplete="username"
            required
            data-autofocus
            {...form.getInputProps("email")}
          />
          <TextInput label={t("field.name")} autoComplete="name" required maxLength={150} {...form.getInputProps("name")} />
          <div>
            <PasswordInput
              label={t("field.password")}
              autoComplete="new-password"
              required
              visibilityToggleButtonProps={{ "aria-label": t("password.toggle") }}
              {...form.getInputProps("password")}
            />
            <PasswordMeter password={form.values.password} personal={[form.values.email, form.values.name]} />
          </div>
          <TextInput
            label={t("field.workspace")}
            description={t("install.workspaceHint")}
            placeholder={form.values.name.trim() ? t("install.workspaceDefault", { name: form.values.name.trim() }) : undefined}
            maxLength={100}
            {...form.getInputProps("workspace_name")}
          />
          <NativeSelect
            label={t("field.language")}
            value={language}
            data={Object.entries(LANGUAGES).map(([value, label]: [string, (typeof LANGUAGES)[Language]]) => ({ value, label }))}
            onChange={(event) => chooseLanguage(event.currentTarget.value)}
          />
          {create.error && !inFields && (
            <Alert color="red" variant="light" role="alert">
              {words(create.error)} {alreadyInstalled && <a href="/signin">{t("install.toSignIn")}</a>}
            </Alert>
          )}
          <Button type="submit" size="md" loading={create.isPending}>
            {t("install.submit")}
          </Button>
        </Stack>
      </form>
    </AuthShell>
  );
}
