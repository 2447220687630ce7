import { Badge, Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { PlainLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import classes from "@/features/apps/app-card.module.css";
import { AppMenu } from "@/features/apps/lazy-app-menu";

/** Published, published with newer edits, or draft only. */
export function PublishedMark({ app }: { app: App }) {
  const { t } = useTranslation("apps");
  if (!app.published) {
    return (
      <Badge variant="default" tt="none" fw={500}>
        {t("mark.draft")}
      </Badge>
    );
  }
  return (
    <Badge variant="light" color={app.has_unpublished_changes ? "yellow" : "teal"} tt="none" fw={600} className={classes.badge}>
      {app.has_unpublished_changes
        ? t("mark.changed", { number: app.published.number })
        : t("mark.published", { number: app.published.number })}
    </Badge>
  );
}

export function AppCard({ app }: { app: App }) {
  const { t } = useTranslation(["apps", "common"]);
  return (
    <Paper component="article" withBorder radius="md" className={classes.card} aria-label={app.name}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <AppIcon app={app} />
        <div className={classes.text}>
          <PlainLink to="/app/$appId/canvas" params={{ appId: app.id }} className={classes.name}>
            {app.name}
          </PlainLink>
          <Text size="xs" c="dimmed">
            {t(`common:mode.${app.mode}`)}
          </Text>
        </div>
        <div className={classes.menu}>
          <AppMenu app={app} />
        </div>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} className={classes.description}>
        {app.description || t("card.noDescription")}
      </Text>
      <Group gap="xs" justify="space-between" mt="auto">
        <PublishedMark app={app} />
        {app.last_run && <RunStateLabel state={app.last_run.state} />}
      </Group>
      <Text size="xs" c="dimmed">
        {t("card.edited")} <RelativeTime value={app.updated_at} />
      </Text>
    </Paper>
  );
}
