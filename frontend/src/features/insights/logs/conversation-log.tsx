import { Badge, Group, Stack, Table, Text, Tooltip } from "@mantine/core";
import { IconEdit } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ConversationRow } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { useFormats } from "@/features/canvas/formats";
import classes from "@/features/insights/insights.module.css";
import { conversationsQuery } from "@/features/insights/insights-queries";
import type { LogsSearch } from "@/features/insights/insights-search";
import { AskerName } from "@/features/insights/logs/asker-name";
import { FoundText } from "@/features/insights/logs/found-text";
import { RatingCount } from "@/features/insights/logs/rating-count";
import { RowsState } from "@/features/insights/logs/rows-state";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  appId: string;
  search: LogsSearch;
  onPage: (page: number) => void;
  onClear: () => void;
  onChange: (change: Partial<LogsSearch>) => void;
}

const COLUMNS = ["conversation", "asker", "turns", "ratings", "tokens", "cost", "lastAt"] as const;
const NUMBERS = new Set<string>(["turns", "tokens", "cost"]);

/** The log of a chat: its conversations. */
export function ConversationLog(props: Props) {
  const { t } = useTranslation("logs");
  const workspace = useWorkspace();
  const rows = useQuery(conversationsQuery(workspace.id, props.appId, props.search));
  return (
    <RowsState {...props} rows={rows}>
      <Table.ScrollContainer minWidth={820}>
        <Table highlightOnHover verticalSpacing="xs" aria-label={t("title")}>
          <Table.Thead>
            <Table.Tr>
              {COLUMNS.map((column) => (
                <Table.Th key={column} ta={NUMBERS.has(column) ? "right" : undefined}>
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.data?.results.map((row) => (
              <ConversationLine key={row.id} row={row} appId={props.appId} search={props.search.search} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </RowsState>
  );
}

function ConversationLine({ row, appId, search }: { row: ConversationRow; appId: string; search: string | undefined }) {
  const { t } = useTranslation(["logs", "runs"]);
  const formats = useFormats();
  const navigate = useNavigate();
  const link = {
    to: "/app/$appId/logs/$conversationId",
    params: { appId, conversationId: row.id },
    search: { message: row.match?.message_id },
  } as const;
  return (
    <Table.Tr
      className={classes.row}
      onClick={(event) => {
        // The link in the row does the same for keys and for a new tab.
        if (!(event.target as HTMLElement).closest("a")) void navigate(link);
      }}
    >
      <Table.Td maw={460}>
        <AnchorLink {...link} size="sm" lineClamp={1} c="var(--mantine-color-text)" fw={500}>
          {row.question || row.name || t("noQuestion")}
        </AnchorLink>
        {row.match ? (
          <Text size="xs" c="dimmed" lineClamp={2}>
            <FoundText text={row.match.excerpt} search={search} />
          </Text>
        ) : (
          row.name &&
          row.question &&
          row.name !== row.question && (
            <Text size="xs" c="dimmed" lineClamp={1}>
              {row.name}
            </Text>
          )
        )}
      </Table.Td>
      <Table.Td>
        <AskerName asker={row.asker} />
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {[row.source && t(`runs:source.${row.source}`), row.version_number && t("version.short", { number: row.version_number })]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td ta="right">
        <Stack gap={0} align="flex-end">
          <span>{row.turns}</span>
          {row.failed > 0 && (
            <Text size="xs" c="var(--tm-bad)" style={{ whiteSpace: "nowrap" }}>
              {t("failed", { count: row.failed })}
            </Text>
          )}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <RatingCount ratings={row.user_ratings} by="user" />
          <RatingCount ratings={row.member_ratings} by="member" />
          {row.annotated > 0 && (
            <Tooltip label={t("corrected", { count: row.annotated })}>
              <Badge
                variant="light"
                color="tide"
                c="var(--mantine-color-text)"
                leftSection={<IconEdit size={12} aria-hidden />}
                aria-label={t("corrected", { count: row.annotated })}
                role="img"
              >
                {row.annotated}
              </Badge>
            </Tooltip>
          )}
        </Group>
      </Table.Td>
      <Table.Td ta="right">{row.tokens ? formats.tokens(row.tokens) : "–"}</Table.Td>
      <Table.Td ta="right">{row.cost_usd ? formats.cost(row.cost_usd) : "–"}</Table.Td>
      <Table.Td>
        <Text size="sm" style={{ whiteSpace: "nowrap" }}>
          <RelativeTime value={row.last_at} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
