import { Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { App, WebhookDelivery } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { deliveriesQuery } from "@/features/publish/site-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** What was sent to the webhook last, and what became of it. */
export function Deliveries({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(deliveriesQuery(workspace.id, app.id));
  return (
    <div>
      <Title order={3} size="h6" mb="xs">
        {t("deliveries.title")}
      </Title>
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={64} />}
      {data?.results.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("deliveries.none")}
        </Text>
      )}
      {data && data.results.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing={6} fz="sm" aria-label={t("deliveries.title")}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("deliveries.when")}</Table.Th>
                <Table.Th>{t("deliveries.event")}</Table.Th>
                <Table.Th>{t("deliveries.state")}</Table.Th>
                <Table.Th ta="right">{t("deliveries.attempts")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.results.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td style={{ whiteSpace: "nowrap" }}>
                    <RelativeTime value={row.created_at} />
                  </Table.Td>
                  <Table.Td>
                    {row.run_id ? (
                      <AnchorLink to="/app/$appId/runs/$runId" params={{ appId: app.id, runId: row.run_id }} size="sm">
                        {t("deliveries.run")}
                      </AnchorLink>
                    ) : (
                      t("deliveries.test")
                    )}
                  </Table.Td>
                  <Table.Td>
                    <State row={row} />
                  </Table.Td>
                  <Table.Td ta="right">{row.attempts}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </div>
  );
}

const COLORS = { waiting: "var(--tm-warn)", delivered: "var(--tm-good)", failed: "var(--tm-bad)" };

function State({ row }: { row: WebhookDelivery }) {
  const { t } = useTranslation("publish");
  return (
    <>
      <Text size="sm" c={COLORS[row.state]} fw={500}>
        {t(row.state === "waiting" && row.attempts > 0 ? "deliveries.again" : `deliveries.state.${row.state}`)}
        {row.status_code !== null && ` (${row.status_code})`}
      </Text>
      {row.error && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {row.error}
        </Text>
      )}
      {row.state === "waiting" && row.attempts > 0 && row.next_at && (
        <Text size="xs" c="dimmed">
          {t("deliveries.next")} <RelativeTime value={row.next_at} />
        </Text>
      )}
    </>
  );
}
