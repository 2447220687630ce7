import { Button, Code, CopyButton, Group, Modal, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { IconCheck, IconCopy, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { ApiKey, DatasetKey } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorState } from "@/components/error-state";
import { KeyTable } from "@/components/key-table";
import { NewKeyDialog } from "@/components/new-key-dialog";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { datasetKeysQuery } from "@/features/knowledge/knowledge-queries";
import { EXAMPLE_CALLS, exampleCall } from "@/features/knowledge/settings/example-calls";
import { Part, type PartProps } from "@/features/knowledge/settings/part";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** Whether programs reach the dataset, with which keys, and how. */
export function KeysPart({ dataset, mayEdit }: PartProps) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const mayManage = workspace.can("key.manage");
  const update = useUpdateDataset(dataset.id);
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...datasetKeysQuery(workspace.id), enabled: mayManage });
  const changed = () => client.invalidateQueries({ queryKey: keys.datasetKeys(workspace.id) });
  const create = useMutation({
    mutationFn: (name: string) => api.post<DatasetKey>(workspace.path("/dataset-keys"), { name }),
    onSuccess: changed,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(workspace.path(`/dataset-keys/${id}`)), onSuccess: changed });
  const [naming, setNaming] = useState(false);
  const [created, setCreated] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<ApiKey | null>(null);
  const shown = data?.map((key): ApiKey => ({ ...key, kind: "dataset", expires_at: null }));
  return (
    <Part
      title={t("keys.title")}
      hint={t("keys.hint")}
      aside={
        <Switch
          label={t("keys.enabled")}
          checked={dataset.enable_api}
          disabled={!mayEdit || update.isPending}
          onChange={(event) => update.mutate({ enable_api: event.currentTarget.checked })}
          styles={{ root: { flex: "none" } }}
        />
      }
    >
      {update.error && (
        <Text size="sm" c="var(--tm-bad)" role="alert">
          {words(update.error)}
        </Text>
      )}
      <Group justify="space-between" mb="xs">
        <Title order={3} size="h5">
          {t("keys.keys")}
        </Title>
        {mayManage && (
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setNaming(true)}>
            {t("keys.new")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t(mayManage ? "keys.scope" : "keys.viewer")}
      </Text>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {shown?.length === 0 && <Text size="sm">{t("keys.empty")}</Text>}
      {shown && shown.length > 0 && <KeyTable keys={shown} label={t("keys.keys")} onDelete={setDeleting} />}
      <Examples datasetId={dataset.id} />
      {naming && (
        <NameKey
          error={create.error}
          saving={create.isPending}
          onClose={() => setNaming(false)}
          onCreate={(name) =>
            create.mutate(name, {
              onSuccess: (key) => {
                setNaming(false);
                setCreated(key.key ?? null);
              },
            })
          }
        />
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
    </Part>
  );
}

interface NameProps {
  error: unknown;
  saving: boolean;
  onCreate(name: string): void;
  onClose(): void;
}

function NameKey({ error, saving, onCreate, onClose }: NameProps) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  const words = useErrorText();
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCreate(name.trim());
  };
  return (
    <Modal opened onClose={onClose} title={t("keys.new")}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t("keys.name")}
            description={t("keys.nameHint")}
            maxLength={100}
            value={name}
            error={error ? words(error) : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={saving}>
              {t("common:action.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Calls of this very dataset, to paste and run once the key is put in. */
function Examples({ datasetId }: { datasetId: string }) {
  const { t } = useTranslation(["knowledge-settings", "common"]);
  return (
    <>
      {EXAMPLE_CALLS.map((call) => {
        const code = exampleCall(call, datasetId);
        return (
          <div key={call}>
            <Group justify="space-between" mt="md" mb={4}>
              <Title order={3} size="h5">
                {t(`example.${call}`)}
              </Title>
              <CopyButton value={code}>
                {({ copied, copy }) => (
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={copy}
                    leftSection={copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
                  >
                    {copied ? t("common:action.copied") : t("common:action.copy")}
                  </Button>
                )}
              </CopyButton>
            </Group>
            <Code block tabIndex={0} role="group" aria-label={t(`example.${call}`)}>
              {code}
            </Code>
          </div>
        );
      })}
    </>
  );
}
