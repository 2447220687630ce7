import { Badge, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { datasetAppsQuery } from "@/features/knowledge/knowledge-queries";
import { Part } from "@/features/knowledge/settings/part";
import { useWorkspace } from "@/lib/use-workspace";

/** The apps that search the dataset. */
export function UsedByPart({ dataset }: { dataset: Dataset }) {
  const { t, i18n } = useTranslation(["knowledge-settings", "common"]);
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(datasetAppsQuery(workspace.id, dataset.id));
  return (
    <Part title={t("used.title")} hint={t("used.hint")}>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={32} />}
      {data?.length === 0 && <Text size="sm">{t("used.none")}</Text>}
      {data && data.length > 0 && (
        <Stack gap="xs">
          {data.map((app) => (
            <Group key={app.id} gap="xs">
              <AnchorLink to="/app/$appId/canvas" params={{ appId: app.id }} size="sm" td="underline">
                {app.name}
              </AnchorLink>
              {i18n.exists(`mode.${app.mode}`, { ns: "common" }) && (
                <Badge size="sm" variant="default" tt="none">
                  {t(`common:mode.${app.mode as "workflow"}`)}
                </Badge>
              )}
            </Group>
          ))}
        </Stack>
      )}
    </Part>
  );
}
