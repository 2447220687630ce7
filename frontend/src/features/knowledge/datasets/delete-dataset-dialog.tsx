import { Alert, Button, Group, List, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { useDeleteDataset } from "@/features/knowledge/knowledge-mutations";
import { datasetAppsQuery } from "@/features/knowledge/knowledge-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before a dataset goes and names the apps that use it; one in use only goes when its name is typed. */
export default function DeleteDatasetDialog({ dataset, onClose, onDeleted }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const { id: ws } = useWorkspace();
  const remove = useDeleteDataset();
  const apps = useQuery({ ...datasetAppsQuery(ws, dataset.id), staleTime: 0 });
  const [typed, setTyped] = useState("");
  const used = (apps.data?.length ?? 0) > 0;
  const sure = apps.data !== undefined && (!used || typed.trim() === dataset.name.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sure) return;
    remove.mutate(dataset.id, {
      onSuccess: () => {
        onClose();
        onDeleted?.();
      },
    });
  };
  return (
    <Modal opened onClose={onClose} title={t("delete.title", { name: dataset.name })}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{t("delete.text", { count: dataset.documents })}</Text>
          {apps.isPending && <Skeleton height={24} />}
          {apps.error && <ErrorState error={apps.error} onRetry={() => void apps.refetch()} />}
          {apps.data && !used && <Text>{t("delete.unused")}</Text>}
          {apps.data && used && (
            <Alert color="yellow" variant="light" title={t("delete.used", { count: apps.data.length })}>
              <List size="sm">
                {apps.data.map((app) => (
                  <List.Item key={app.id}>
                    <AnchorLink to="/app/$appId/canvas" params={{ appId: app.id }} c="inherit" td="underline">
                      {app.name}
                    </AnchorLink>
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          {used && (
            <TextInput
              label={t("delete.typeName", { name: dataset.name })}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              data-autofocus
            />
          )}
          {remove.error && (
            <Alert color="red" variant="light" role="alert">
              {words(remove.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!sure} loading={remove.isPending}>
              {t("common:action.delete")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
