import { Badge, Checkbox, Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App, AppWeek } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { PlainLink } from "@/components/links";
import classes from "@/components/list-card.module.css";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import { AppWeekLine } from "@/features/apps/app-week";
import { AppMenu } from "@/features/apps/lazy-app-menu";
import type { Selection } from "@/lib/use-selection";

/** Published, published with newer edits, or draft only. */
export function PublishedMark({ app }: { app: App }) {
  const { t } = useTranslation("apps");
  if (!app.published) {
    return (
      <Badge variant="default" tt="none" fw={500} miw="max-content">
        {t("mark.draft")}
      </Badge>
    );
  }
  return (
    <Badge
      variant="light"
      color={app.has_unpublished_changes ? "yellow" : "teal"}
      tt="none"
      fw={600}
      miw="max-content"
      c="var(--mantine-color-text)"
    >
      {app.has_unpublished_changes
        ? t("mark.changed", { number: app.published.number })
        : t("mark.published", { number: app.published.number })}
    </Badge>
  );
}

export function AppTags({ tags }: { tags: readonly string[] }) {
  const { t } = useTranslation("apps");
  if (tags.length === 0) return null;
  return (
    <Group gap={6} role="list" aria-label={t("card.tags")}>
      {tags.map((tag) => (
        <Badge key={tag} role="listitem" variant="default" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
    </Group>
  );
}

interface Props {
  app: App;
  week?: AppWeek | null;
  selection?: Selection<App>;
}

export function AppCard({ app, week, selection }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const chosen = selection?.chosen.has(app.id) ?? false;
  return (
    <Paper component="article" withBorder radius="md" className={classes.card} aria-label={app.name} data-chosen={chosen || undefined}>
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <AppIcon app={app} />
        <div className={classes.text}>
          <PlainLink to="/app/$appId/canvas" params={{ appId: app.id }} className={classes.name} title={app.name}>
            {app.name}
          </PlainLink>
          <Text size="xs" c="dimmed">
            {t(`common:mode.${app.mode}`)}
          </Text>
        </div>
        {selection && (
          <Checkbox
            className={classes.tick}
            aria-label={t("select.one", { name: app.name })}
            checked={chosen}
            onChange={(event) => selection.choose([app], event.currentTarget.checked)}
          />
        )}
        <div className={classes.menu}>
          <AppMenu app={app} />
        </div>
      </Group>
      <Text size="sm" c="dimmed" lineClamp={2} className={classes.description}>
        {app.description || t("card.noDescription")}
      </Text>
      <AppTags tags={app.tags} />
      {week !== undefined && <AppWeekLine week={week} />}
      <Group gap="xs" justify="space-between" mt="auto">
        <PublishedMark app={app} />
        {app.last_run && <RunStateLabel state={app.last_run.state} />}
      </Group>
      <Text size="xs" c="dimmed">
        {t("card.edited")} <RelativeTime value={app.updated_at} />
        {app.updated_by && ` · ${app.updated_by}`}
      </Text>
    </Paper>
  );
}
