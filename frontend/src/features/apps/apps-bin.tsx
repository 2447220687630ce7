import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { EmptyState } from "@/components/empty-state";
import { RelativeTime } from "@/components/relative-time";
import { useRestoreApps } from "@/features/apps/app-mutations";
import { useWorkspace } from "@/lib/use-workspace";

/** The apps that were deleted, to take them out of the bin again. */
export default function AppsBin({ apps }: { apps: readonly App[] }) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const restore = useRestoreApps();
  if (apps.length === 0) {
    return <EmptyState icon={<IconTrash size={36} stroke={1.4} aria-hidden />} title={t("bin.emptyTitle")} hint={t("bin.hint")} />;
  }
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t("bin.hint")}
      </Text>
      {apps.map((app) => (
        <Paper key={app.id} component="article" withBorder radius="md" p="sm" aria-label={app.name}>
          <Group wrap="nowrap">
            <AppIcon app={app} size={28} />
            <div style={{ flex: 1, minWidth: 0 }}>
              <Text fw={600} truncate>
                {app.name}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`common:mode.${app.mode}`)} · {t("bin.deleted")} {app.deleted_at && <RelativeTime value={app.deleted_at} />}
              </Text>
            </div>
            {workspace.can("app.delete") && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconArrowBackUp size={14} aria-hidden />}
                loading={restore.isPending && restore.variables.includes(app.id)}
                onClick={() => restore.mutate([app.id])}
              >
                {t("bin.restore")}
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
