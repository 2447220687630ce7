import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Me } from "@/api/types";
import { AuthShell } from "@/features/auth/auth-shell";
import { isOwnPage, lockedMinutes, safeNext, signIn } from "@/features/auth/sign-in";
import { useErrorText } from "@/lib/use-error-text";

export default function SignInPage() {
  const { t } = useTranslation("auth");
  const words = useErrorText();
  const client = useQueryClient();
  const router = useRouter();
  const { next } = useSearch({ from: "/signin" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const passwordField = useRef<HTMLInputElement>(null);

  const enter = useMutation({
    mutationFn: async () => {
      await signIn(email.trim(), password);
      return api.get<Me>("/api/me", { onUnauthorized: "throw" });
    },
    onSuccess: (me) => {
      client.setQueryData(keys.me, me);
      const place = safeNext(next);
      if (isOwnPage(place)) window.location.replace(place);
      else router.history.replace(place);
    },
    onError: () => passwordField.current?.select(),
  });

  const locked = lockedMinutes(enter.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };

  return (
    <AuthShell title={t("signIn.title")} hint={next ? t("signIn.thenBack") : undefined}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("field.email")}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            ref={passwordField}
            label={t("field.password")}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ "aria-label": t("password.toggle") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {enter.error && (
            <Alert color="red" variant="light" role="alert">
              {locked ? t("signIn.locked", { count: locked }) : words(enter.error)}
            </Alert>
          )}
          <Button type="submit" loading={enter.isPending}>
            {t("signIn.submit")}
          </Button>
        </Stack>
      </form>
    </AuthShell>
  );
}
