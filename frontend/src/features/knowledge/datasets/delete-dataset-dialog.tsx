import { Alert, List, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { DeleteByName } from "@/components/delete-by-name";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { useDeleteDataset } from "@/features/knowledge/knowledge-mutations";
import { datasetAppsQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  onClose: () => void;
  onDeleted?: () => void;
}

/** Asks before a dataset goes and names the apps that use it; one in use only goes when its name is typed. */
export default function DeleteDatasetDialog({ dataset, onClose, onDeleted }: Props) {
  const { t } = useTranslation("knowledge");
  const { id: ws } = useWorkspace();
  const remove = useDeleteDataset();
  const apps = useQuery({ ...datasetAppsQuery(ws, dataset.id), staleTime: 0 });
  const used = (apps.data?.length ?? 0) > 0;
  const go = () =>
    remove.mutate(dataset.id, {
      onSuccess: () => {
        onClose();
        onDeleted?.();
      },
    });
  return (
    <DeleteByName
      title={t("delete.title", { name: dataset.name })}
      typeName={used ? dataset.name : null}
      ready={apps.data !== undefined}
      error={remove.error}
      busy={remove.isPending}
      onDelete={go}
      onClose={onClose}
    >
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
    </DeleteByName>
  );
}
