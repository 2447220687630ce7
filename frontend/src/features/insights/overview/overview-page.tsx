import { Button, Group, NativeSelect, Skeleton } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { appQuery } from "@/features/apps/app-queries";
import { logsRuns, overviewCsvUrl, overviewQuery } from "@/features/insights/insights-queries";
import { CHANNELS, OVERVIEW_PERIOD, type OverviewSearch } from "@/features/insights/insights-search";
import { CostTable } from "@/features/insights/overview/cost-table";
import { MetricCard } from "@/features/insights/overview/metric-card";
import { METRICS } from "@/features/insights/overview/metrics";
import classes from "@/features/insights/overview/overview.module.css";
import type { Period } from "@/features/insights/period";
import { PeriodFilter } from "@/features/insights/period-filter";
import { useWorkspace } from "@/lib/use-workspace";

const PERIODS: readonly Period[] = ["today", "7d", "30d", "90d", "custom"];

/** How the app is used, how well, and at what cost. */
export default function OverviewPage() {
  const { t } = useTranslation(["overview", "logs"]);
  const { appId } = useParams({ from: "/frame/app/$appId/overview" });
  const search = useSearch({ from: "/frame/app/$appId/overview" });
  const navigate = useNavigate({ from: "/app/$appId/overview" });
  const workspace = useWorkspace();
  const { data: app } = useQuery(appQuery(workspace.id, appId));
  const { data, error, isPlaceholderData, refetch } = useQuery(overviewQuery(workspace.id, appId, search));
  if (!app) return <PageSkeleton />;
  const change = (patch: Partial<OverviewSearch>) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  const metrics = METRICS.filter(({ chats }) => !(chats && logsRuns(app.mode)));
  return (
    <Page width="88rem">
      <PageHeader
        title={t("title")}
        hint={t("hint")}
        actions={
          <Button
            component="a"
            href={overviewCsvUrl(workspace.id, appId, search)}
            download
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t("csv")}
          </Button>
        }
      />
      <Group gap="xs" mb="lg" role="search" aria-label={t("toolbar")}>
        <PeriodFilter value={search.period === "all" ? {} : search} standard={OVERVIEW_PERIOD} periods={PERIODS} onChange={change} />
        <NativeSelect
          aria-label={t("logs:source.label")}
          value={search.source ?? ""}
          data={[
            { value: "", label: t("logs:source.published") },
            ...CHANNELS.map((one) => ({ value: one, label: t(`logs:source.${one}`) })),
          ]}
          onChange={(event) => change({ source: CHANNELS.find((one) => one === event.currentTarget.value) })}
        />
      </Group>
      {error && !isPlaceholderData && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <CardsSkeleton />}
      {data && data.totals.runs === 0 && data.previous.runs === 0 && (
        <EmptyState title={t("empty.title")} hint={t("empty.hint")}>
          <ButtonLink to="/app/$appId/publish" params={{ appId }}>
            {t("empty.publish")}
          </ButtonLink>
          {search.source !== "all" && (
            <Button variant="default" onClick={() => change({ source: "all" })}>
              {t("empty.all")}
            </Button>
          )}
        </EmptyState>
      )}
      {data && (data.totals.runs > 0 || data.previous.runs > 0) && (
        <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }} aria-busy={isPlaceholderData}>
          <div className={classes.grid}>
            {metrics.map((metric) => (
              <MetricCard key={metric.id} appId={appId} metric={metric} overview={data} source={search.source} />
            ))}
          </div>
          <div className={classes.halves}>
            <CostTable
              title={t("cost.byModel")}
              first={t("cost.model")}
              rows={data.by_model.map((row) => ({ ...row, id: row.model, name: row.model || t("cost.unknownModel") }))}
            />
            <CostTable
              title={t("cost.byNode")}
              first={t("cost.node")}
              rows={data.by_node.map((row) => ({ ...row, id: row.node_id, name: row.title || row.node_id }))}
            />
          </div>
        </div>
      )}
    </Page>
  );
}

function CardsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.grid} role="status" aria-label={t("state.loading")}>
      {[0, 1, 2, 3, 4, 5].map((card) => (
        <Skeleton key={card} height={230} />
      ))}
    </div>
  );
}
