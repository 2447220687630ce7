import { Alert, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Me } from "@/api/types";
import { useSessionStore } from "@/features/auth/session-store";
import { lockedMinutes, signIn } from "@/features/auth/sign-in";
import { live } from "@/lib/live";
import { useErrorText } from "@/lib/use-error-text";
import { useMe } from "@/lib/use-me";

/** Asks for the password over the open page when the session has ended, then lets the refused requests go on. */
export default function SignInAgain() {
  const { t } = useTranslation("auth");
  const me = useMe();
  const client = useQueryClient();
  const words = useErrorText();
  const answered = useSessionStore((state) => state.answered);
  const [password, setPassword] = useState("");

  const again = useMutation({
    mutationFn: async () => {
      await signIn(me.email, password);
      return api.get<Me>("/api/me", { onUnauthorized: "throw" });
    },
    onSuccess: (person) => {
      if (person.id !== me.id) return window.location.assign("/");
      client.setQueryData(keys.me, person);
      setPassword("");
      answered();
      live.wake();
    },
  });

  const locked = lockedMinutes(again.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    again.mutate();
  };

  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("again.title")}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{t("again.hint")}</Text>
          <TextInput label={t("field.email")} value={me.email} readOnly autoComplete="username" />
          <PasswordInput
            label={t("field.password")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
          />
          {again.error && (
            <Alert color="red" variant="light">
              {locked ? t("signIn.locked", { count: locked }) : words(again.error)}
            </Alert>
          )}
          <Group justify="space-between">
            <Button variant="default" onClick={() => window.location.assign("/signin")}>
              {t("again.leave")}
            </Button>
            <Button type="submit" loading={again.isPending}>
              {t("signIn.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
