import { Button, Group, Pagination, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { PAGE_SIZE } from "@/features/insights/insights-queries";
import { filtersIn, type LogsSearch } from "@/features/insights/insights-search";

interface Rows {
  data: { total: number; results: unknown[] } | undefined;
  error: Error | null;
  isPending: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface Props {
  appId: string;
  rows: Rows;
  search: LogsSearch;
  onPage: (page: number) => void;
  onClear: () => void;
  onChange: (change: Partial<LogsSearch>) => void;
  children: ReactNode;
}

/** What stands around the rows of a log: waiting, nothing yet, nothing that fits, a failure, the pages. */
export function RowsState({ appId, rows, search, onPage, onClear, onChange, children }: Props) {
  const { t } = useTranslation(["logs", "common"]);
  const { data, error, isPending, isPlaceholderData, refetch } = rows;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending || !data) {
    return (
      <Stack gap="xs" role="status" aria-label={t("common:state.loading")}>
        {[0, 1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} height={44} />
        ))}
      </Stack>
    );
  }
  if (data.total === 0 && filtersIn(search) > 0) {
    return (
      <EmptyState title={t("none.title")} hint={t("none.hint", { count: filtersIn(search) })}>
        <Button variant="default" onClick={onClear}>
          {t("none.clear")}
        </Button>
      </EmptyState>
    );
  }
  if (data.total === 0) {
    return (
      <EmptyState title={t("empty.title")} hint={t("empty.hint")}>
        <ButtonLink to="/app/$appId/publish" params={{ appId }}>
          {t("empty.publish")}
        </ButtonLink>
        <Button variant="default" onClick={() => onChange({ period: "all", source: "all" })}>
          {t("empty.all")}
        </Button>
      </EmptyState>
    );
  }
  const pages = Math.ceil(data.total / PAGE_SIZE);
  const page = search.page ?? 1;
  return (
    <Stack gap="md" style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
      {data.results.length > 0 ? children : <EmptyState title={t("none.page")} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {t("total", { count: data.total })}
        </Text>
        {pages > 1 && (
          <Pagination
            total={pages}
            value={Math.min(page, pages)}
            onChange={onPage}
            getControlProps={(control) => ({ "aria-label": t(`common:page.${control}`) })}
            getItemProps={(number) => ({ "aria-label": t("common:page.number", { page: number }) })}
          />
        )}
      </Group>
    </Stack>
  );
}
