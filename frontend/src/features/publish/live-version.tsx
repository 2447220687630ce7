import { Badge, Button, Group, Paper, Text, Title } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ButtonLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { isDrawn } from "@/features/apps/apps-search";
import { useWorkspace } from "@/lib/use-workspace";

const PublishDraftDialog = lazy(() =>
  import("@/features/publish/publish-draft-dialog").then(({ PublishDraftDialog: dialog }) => ({ default: dialog })),
);

/** Which version answers, since when, and whether the draft has moved on. */
export function LiveVersion({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const [open, setOpen] = useState(false);
  const live = app.published;
  const publishable = workspace.can("app.publish") && (!live || app.has_unpublished_changes);
  return (
    <Paper component="section" withBorder radius="md" p="lg" aria-labelledby="live-title">
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="xs">
            <Title order={2} size="h4" id="live-title">
              {live ? t("live.title", { number: live.number }) : t("live.none")}
            </Title>
            {live && (
              <Badge variant="light" color="teal" c="var(--mantine-color-text)" tt="none">
                {t("live.badge")}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {live ? (
              <>
                {live.name && `${live.name} · `}
                {t("live.since")} <RelativeTime value={live.created_at} />
                {app.has_unpublished_changes && ` · ${t("live.newer")}`}
              </>
            ) : (
              t("live.noneHint")
            )}
          </Text>
        </div>
        <Group gap="xs">
          <ButtonLink to="/app/$appId/canvas" params={{ appId: app.id }} variant="default">
            {t(isDrawn(app.mode) ? "live.openCanvas" : "live.openSettings")}
          </ButtonLink>
          {publishable && (
            <Button leftSection={<IconRocket size={16} aria-hidden />} onClick={() => setOpen(true)}>
              {live ? t("live.publishAgain") : t("live.publish")}
            </Button>
          )}
        </Group>
      </Group>
      {open && (
        <Suspense fallback={null}>
          <PublishDraftDialog app={app} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Paper>
  );
}
