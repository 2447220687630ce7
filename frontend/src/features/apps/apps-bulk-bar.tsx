import { Button, Group, Paper, Text } from "@mantine/core";
import { IconDownload, IconTags, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useExportApp } from "@/features/apps/app-mutations";
import { useWorkspace } from "@/lib/use-workspace";
import type { Selection } from "@/lib/use-selection";

const AppTagsDialog = lazy(() => import("@/features/apps/app-tags-dialog"));
const DeleteAppDialog = lazy(() => import("@/features/apps/delete-app-dialog"));

/** What can be done with the apps that are ticked. */
export default function AppsBulkBar({ selection }: { selection: Selection<App> }) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const exportApp = useExportApp();
  const [dialog, setDialog] = useState<"tags" | "delete" | null>(null);
  const chosen = [...selection.chosen.values()];
  const exportAll = useMutation({
    mutationFn: async () => {
      for (const app of chosen) await exportApp.mutateAsync({ app });
    },
  });
  const close = () => setDialog(null);
  return (
    <Paper withBorder radius="md" p="xs" mb="md" role="region" aria-label={t("select.bar")} pos="sticky" top={8} style={{ zIndex: 5 }}>
      <Group gap="xs">
        <Text size="sm" fw={600} mr="sm" role="status">
          {t("select.count", { count: chosen.length })}
        </Text>
        {workspace.can("app.edit") && (
          <Button size="xs" variant="default" leftSection={<IconTags size={14} aria-hidden />} onClick={() => setDialog("tags")}>
            {t("menu.tags")}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          loading={exportAll.isPending}
          onClick={() => exportAll.mutate()}
        >
          {t("menu.export")}
        </Button>
        {workspace.can("app.delete") && (
          <Button size="xs" variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setDialog("delete")}>
            {t("common:action.delete")}
          </Button>
        )}
        <Button size="xs" variant="subtle" ml="auto" onClick={selection.clear}>
          {t("select.clear")}
        </Button>
      </Group>
      <Suspense fallback={null}>
        {dialog === "tags" && <AppTagsDialog apps={chosen} onClose={close} />}
        {dialog === "delete" && <DeleteAppDialog apps={chosen} onClose={close} onDeleted={selection.clear} />}
      </Suspense>
    </Paper>
  );
}
