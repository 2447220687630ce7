import { Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { RunStateLabel } from "@/components/run-state";
import { PublishedMark } from "@/features/apps/app-card";
import { AppMenu } from "@/features/apps/lazy-app-menu";

export default function AppsTable({ apps }: { apps: readonly App[] }) {
  const { t } = useTranslation(["apps", "common"]);
  return (
    <Table.ScrollContainer minWidth={640} scrollAreaProps={{ tabIndex: 0 }}>
      <Table verticalSpacing="sm" highlightOnHover bg="var(--mantine-color-body)" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("column.name")}</Table.Th>
            <Table.Th>{t("column.type")}</Table.Th>
            <Table.Th>{t("column.published")}</Table.Th>
            <Table.Th>{t("column.lastRun")}</Table.Th>
            <Table.Th>{t("column.edited")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("column.actions")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {apps.map((app) => (
            <Table.Tr key={app.id}>
              <Table.Td>
                <Group gap="sm" wrap="nowrap">
                  <AppIcon app={app} size={28} />
                  <AnchorLink to="/app/$appId/canvas" params={{ appId: app.id }} fw={600} c="var(--mantine-color-text)" lineClamp={1}>
                    {app.name}
                  </AnchorLink>
                </Group>
              </Table.Td>
              <Table.Td>{t(`common:mode.${app.mode}`)}</Table.Td>
              <Table.Td>
                <PublishedMark app={app} />
              </Table.Td>
              <Table.Td>{app.last_run ? <RunStateLabel state={app.last_run.state} /> : <Text c="dimmed">–</Text>}</Table.Td>
              <Table.Td>
                <RelativeTime value={app.updated_at} />
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
