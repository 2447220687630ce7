import { Badge, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { versionsQuery } from "@/features/publish/publish-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** Every published version; each opens in the canvas, where it can be brought back. */
export function VersionTable({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(versionsQuery(workspace.id, app.id));
  const versions = data?.filter((version) => version.number !== null);
  if (versions?.length === 0) return null;
  return (
    <section aria-labelledby="versions-title">
      <Title order={2} size="h4" id="versions-title" mb="sm">
        {t("versions.title")}
      </Title>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton height={120} />}
      {versions && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="sm" withTableBorder bg="var(--mantine-color-body)">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("versions.version")}</Table.Th>
                <Table.Th>{t("versions.note")}</Table.Th>
                <Table.Th>{t("versions.by")}</Table.Th>
                <Table.Th>{t("versions.when")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {versions.map((version) => (
                <Table.Tr key={version.id}>
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      <AnchorLink
                        to="/app/$appId/canvas"
                        params={{ appId: app.id }}
                        search={{ panel: "versions", version: version.id }}
                        underline="always"
                        size="sm"
                      >
                        {version.name
                          ? t("versions.named", { number: version.number, name: version.name })
                          : t("versions.number", { number: version.number })}
                      </AnchorLink>
                      {version.live && (
                        <Badge variant="light" color="teal" c="var(--mantine-color-text)" tt="none">
                          {t("live.badge")}
                        </Badge>
                      )}
                    </Group>
                  </Table.Td>
                  <Table.Td>{version.note ? <Text size="sm">{version.note}</Text> : <Text c="dimmed">–</Text>}</Table.Td>
                  <Table.Td>{version.created_by ?? "–"}</Table.Td>
                  <Table.Td>
                    <RelativeTime value={version.created_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
