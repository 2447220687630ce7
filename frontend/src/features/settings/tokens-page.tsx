import { Alert, Button, Group, Modal, NativeSelect, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { ApiKey, NewToken } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { KeyTable } from "@/components/key-table";
import { NewKeyDialog } from "@/components/new-key-dialog";
import { PageHeader } from "@/components/page-header";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const LIFETIMES = ["30", "90", "365", ""] as const;

export default function TokensPage() {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const [dialog, setDialog] = useState<"new" | null>(null);
  const [deleting, setDeleting] = useState<ApiKey | null>(null);
  const [created, setCreated] = useState<string | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => api.get<ApiKey[]>("/api/me/tokens", { signal }),
  });
  const changed = () => void client.invalidateQueries({ queryKey: keys.tokens });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/api/me/tokens/${id}`),
    onSuccess: () => {
      changed();
      setDeleting(null);
    },
  });
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDialog("new")}>
      {t("tokens.new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("tokens.title")} hint={t("tokens.hint")} actions={data && data.length > 0 && add} />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={96} />}
      {data?.length === 0 && (
        <EmptyState title={t("tokens.emptyTitle")} hint={t("tokens.emptyHint")}>
          {add}
        </EmptyState>
      )}
      {data && data.length > 0 && <KeyTable keys={data} label={t("tokens.title")} onDelete={setDeleting} />}
      {dialog === "new" && (
        <NewTokenDialog
          onClose={() => setDialog(null)}
          onCreated={(token) => {
            changed();
            setDialog(null);
            setCreated(token.key ?? null);
          }}
        />
      )}
      {created && <NewKeyDialog title={t("tokens.created")} value={created} onClose={() => setCreated(null)} />}
      {deleting && (
        <ConfirmDialog
          title={t("tokens.deleteTitle", { name: deleting.name || deleting.last4 })}
          text={t("tokens.deleteText")}
          confirm={t("common:action.delete")}
          error={remove.error}
          busy={remove.isPending}
          onConfirm={() => remove.mutate(deleting.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}

function NewTokenDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (token: ApiKey) => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const [name, setName] = useState("");
  const [lifetime, setLifetime] = useState<string>("90");
  const create = useMutation({
    mutationFn: () =>
      api.post<ApiKey>("/api/me/tokens", {
        name: name.trim(),
        workspace_id: workspace.id,
        expires_days: lifetime ? Number(lifetime) : null,
      } satisfies NewToken),
    onSuccess: onCreated,
  });
  const fields = fieldErrors(create.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("tokens.new")}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("tokens.scope", { workspace: workspace.name })}
          </Text>
          <TextInput
            label={t("tokens.name")}
            placeholder={t("tokens.nameExample")}
            required
            maxLength={100}
            value={name}
            error={fields.name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <NativeSelect
            label={t("tokens.lifetime")}
            value={lifetime}
            error={fields.expires_days}
            onChange={(event) => setLifetime(event.currentTarget.value)}
            data={LIFETIMES.map((days) => ({ value: days, label: days ? t("tokens.days", { count: Number(days) }) : t("tokens.forever") }))}
          />
          {create.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(create.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={create.isPending}>
              {t("common:action.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
