import { Alert, Button, Group, Modal, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey, App } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorState } from "@/components/error-state";
import { KeyTable } from "@/components/key-table";
import { NewKeyDialog } from "@/components/new-key-dialog";
import { appKeysQuery, useAppKeys } from "@/features/publish/publish-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** The keys with which programs call this app. */
export function ApiKeys({ app }: { app: App }) {
  const { t } = useTranslation(["publish", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const mayManage = workspace.can("key.manage");
  const { data, error, isPending, refetch } = useQuery({ ...appKeysQuery(workspace.id, app.id), enabled: mayManage });
  const { create, remove } = useAppKeys(app.id);
  const [naming, setNaming] = useState<string | null>(null);
  const [created, setCreated] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<ApiKey | null>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(naming?.trim() ?? "", {
      onSuccess: (key) => {
        setNaming(null);
        setCreated(key.key ?? null);
      },
    });
  };
  return (
    <section aria-labelledby="keys-title">
      <Group justify="space-between" mb="sm">
        <Title order={3} size="h5" id="keys-title">
          {t("keys.title")}
        </Title>
        {mayManage && (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setNaming("")}>
            {t("keys.new")}
          </Button>
        )}
      </Group>
      {!mayManage && <Text c="dimmed">{t("keys.viewer")}</Text>}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {mayManage && isPending && <Skeleton height={72} />}
      {data?.length === 0 && <Text c="dimmed">{t("keys.empty")}</Text>}
      {data && data.length > 0 && <KeyTable keys={data} label={t("keys.title")} onDelete={setDeleting} />}
      {naming !== null && (
        <Modal opened onClose={() => setNaming(null)} title={t("keys.new")}>
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label={t("keys.name")}
                description={t("keys.nameHint")}
                value={naming}
                maxLength={100}
                onChange={(event) => setNaming(event.currentTarget.value)}
                data-autofocus
              />
              {create.error && (
                <Alert color="red" variant="light" role="alert">
                  {words(create.error)}
                </Alert>
              )}
              <Group justify="flex-end">
                <Button variant="default" onClick={() => setNaming(null)}>
                  {t("common:action.cancel")}
                </Button>
                <Button type="submit" loading={create.isPending}>
                  {t("common:action.create")}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal>
      )}
      {created && <NewKeyDialog title={t("keys.created")} value={created} onClose={() => setCreated(null)} />}
      {deleting && (
        <ConfirmDialog
          title={t("keys.deleteTitle", { name: deleting.name || deleting.last4 })}
          text={t("keys.deleteText")}
          confirm={t("common:action.delete")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(deleting.id, { onSuccess: () => setDeleting(null) })}
          onClose={() => setDeleting(null)}
        />
      )}
    </section>
  );
}
