import { Alert, Button, Group, Paper, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { PageHeader } from "@/components/page-header";
import { useSignOut } from "@/features/auth/use-sign-out";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";
import { useMe } from "@/lib/use-me";
import { useSaveMe } from "@/lib/use-save-me";

export default function AccountPage() {
  const { t } = useTranslation(["settings", "common"]);
  const me = useMe();
  const words = useErrorText();
  const save = useSaveMe();
  const signOut = useSignOut();
  const [name, setName] = useState(me.name);
  const fields = fieldErrors(save.error);
  const changed = name.trim() !== me.name;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim() });
  };
  return (
    <>
      <PageHeader title={t("account.title")} hint={t("account.hint")} />
      <Paper withBorder radius="md" p="lg" maw="36rem">
        <Stack>
          <TextInput label={t("account.email")} value={me.email} readOnly />
          <form onSubmit={submit}>
            <Group align="flex-end" gap="xs">
              <TextInput
                flex={1}
                label={t("account.name")}
                value={name}
                maxLength={150}
                error={fields.name}
                onChange={(event) => setName(event.currentTarget.value)}
                autoComplete="name"
              />
              <Button type="submit" disabled={!changed || !name.trim()} loading={save.isPending && save.variables.name !== undefined}>
                {t("common:action.save")}
              </Button>
            </Group>
          </form>
          {save.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group>
            <Button variant="default" onClick={signOut}>
              {t("common:account.signOut")}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </>
  );
}
