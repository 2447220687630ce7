import { Checkbox, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App, AppWeek, Id } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import { AppTags, PublishedMark } from "@/features/apps/app-card";
import { AppWeekLine } from "@/features/apps/app-week";
import { AppMenu } from "@/features/apps/lazy-app-menu";
import type { Selection } from "@/lib/use-selection";

interface Props {
  apps: readonly App[];
  weekOf: (id: Id) => AppWeek | null | undefined;
  selection: Selection<App> | undefined;
}

export default function AppsTable({ apps, weekOf, selection }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const ticked = selection ? apps.filter((app) => selection.chosen.has(app.id)).length : 0;
  return (
    <Table.ScrollContainer minWidth={860} scrollAreaProps={{ tabIndex: 0 }}>
      <Table verticalSpacing="sm" highlightOnHover bg="var(--mantine-color-body)" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            {selection && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label={t("select.all")}
                  checked={ticked > 0 && ticked === apps.length}
                  indeterminate={ticked > 0 && ticked < apps.length}
                  onChange={(event) => selection.choose(apps, event.currentTarget.checked)}
                />
              </Table.Th>
            )}
            <Table.Th>{t("column.name")}</Table.Th>
            <Table.Th>{t("column.type")}</Table.Th>
            <Table.Th>{t("column.published")}</Table.Th>
            <Table.Th>{t("column.lastRun")}</Table.Th>
            <Table.Th>{t("column.week")}</Table.Th>
            <Table.Th>{t("column.edited")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("column.actions")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {apps.map((app) => (
            <Table.Tr key={app.id} bg={selection?.chosen.has(app.id) ? "var(--tm-selected)" : undefined}>
              {selection && (
                <Table.Td>
                  <Checkbox
                    aria-label={t("select.one", { name: app.name })}
                    checked={selection.chosen.has(app.id)}
                    onChange={(event) => selection.choose([app], event.currentTarget.checked)}
                  />
                </Table.Td>
              )}
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <AppIcon app={app} size={28} />
                  <div>
                    <AnchorLink to="/app/$appId/canvas" params={{ appId: app.id }} fw={600} c="var(--mantine-color-text)" lineClamp={1}>
                      {app.name}
                    </AnchorLink>
                    <AppTags tags={app.tags} />
                  </div>
                </Group>
              </Table.Td>
              <Table.Td>{t(`common:mode.${app.mode}`)}</Table.Td>
              <Table.Td>
                <PublishedMark app={app} />
              </Table.Td>
              <Table.Td>{app.last_run ? <RunStateLabel state={app.last_run.state} /> : <Text c="dimmed">–</Text>}</Table.Td>
              <Table.Td>
                <AppWeekLine week={weekOf(app.id)} />
              </Table.Td>
              <Table.Td>
                <Text size="sm" span style={{ whiteSpace: "nowrap" }}>
                  <RelativeTime value={app.updated_at} />
                </Text>
                <Text size="xs" c="dimmed">
                  {app.updated_by}
                </Text>
              </Table.Td>
              <Table.Td ta="end">
                <AppMenu app={app} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
