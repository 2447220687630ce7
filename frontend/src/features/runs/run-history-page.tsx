import { Button, Group, Pagination, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { useWorkspace } from "@/lib/use-workspace";
import { CompareBar } from "./compare/compare-bar";
import { usePicked } from "./compare/use-picked";
import { PAGE_SIZE, runsQuery } from "./data";
import { RunFilters } from "./run-filters";
import { RunTable } from "./run-table";
import { isFiltered, type RunsSearch } from "./runs-search";

/** All runs of an app, newest first. */
export default function RunHistoryPage() {
  const { t } = useTranslation("runs");
  const { appId } = useParams({ from: "/frame/app/$appId/runs" });
  const search = useSearch({ from: "/frame/app/$appId/runs" });
  const navigate = useNavigate({ from: "/app/$appId/runs" });
  const workspace = useWorkspace();
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(runsQuery(workspace.id, appId, search));
  const set = (patch: RunsSearch) => void navigate({ search: (old) => ({ ...old, page: undefined, ...patch }), replace: true });
  const clear = () => void navigate({ search: { sort: search.sort }, replace: true });
  const picked = usePicked();
  return (
    <div style={{ height: "100%", overflow: "auto" }}>
      <Page width="88rem">
        <PageHeader title={t("history.title")} hint={t("history.hint")} />
        {(!data || data.total > 0 || isFiltered(search)) && <RunFilters appId={appId} value={search} onChange={set} />}
        {error && !data ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
        {isPending && <RowsSkeleton />}
        {data && data.results.length === 0 && (isFiltered(search) ? <NothingFits onClear={clear} /> : <NoRuns appId={appId} />)}
        {data && data.results.length > 0 && (
          <Stack gap="md" style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
            <RunTable runs={data.results} appId={appId} picked={picked} />
            {data.total > PAGE_SIZE && (
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {t("history.total", { count: data.total })}
                </Text>
                <Pagination
                  total={Math.ceil(data.total / PAGE_SIZE)}
                  value={search.page ?? 1}
                  getControlProps={(control) => ({ "aria-label": t(`page.${control}`) })}
                  getItemProps={(page) => ({ "aria-label": t("page.number", { page }) })}
                  onChange={(page) => void navigate({ search: (old) => ({ ...old, page: page > 1 ? page : undefined }) })}
                />
              </Group>
            )}
          </Stack>
        )}
        <CompareBar appId={appId} picked={picked.runs} replaced={picked.replaced} onClear={picked.clear} />
      </Page>
    </div>
  );
}

function RowsSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t("state.loading")}>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <Skeleton key={row} height={40} />
      ))}
    </Stack>
  );
}

function NoRuns({ appId }: { appId: string }) {
  const { t } = useTranslation("runs");
  return (
    <EmptyState title={t("history.empty")} hint={t("history.emptyHint")}>
      <ButtonLink to="/app/$appId/canvas" params={{ appId }} search={{ panel: "run" }}>
        {t("history.firstRun")}
      </ButtonLink>
    </EmptyState>
  );
}

function NothingFits({ onClear }: { onClear(): void }) {
  const { t } = useTranslation("runs");
  return (
    <EmptyState title={t("history.nothing")} hint={t("history.nothingHint")}>
      <Button variant="default" onClick={onClear}>
        {t("history.clear")}
      </Button>
    </EmptyState>
  );
}
