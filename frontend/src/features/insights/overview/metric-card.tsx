import { ActionIcon, Group, Paper, Skeleton, Text, Title, Tooltip } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconChartLine, IconDownload, IconTable } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type CSSProperties, lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Overview, OverviewPoint } from "@/api/types";
import type { OverviewSearch } from "@/features/insights/insights-search";
import { MetricTable } from "@/features/insights/overview/metric-table";
import { changeOf, chartCsv, headlineOf, isEmpty, LINE_COLORS, logOf, type Metric, verdictOf } from "@/features/insights/overview/metrics";
import classes from "@/features/insights/overview/overview.module.css";
import { useStretches, useUnits } from "@/features/insights/overview/use-units";
import { downloadText } from "@/lib/download";

const TimeChart = lazy(() => import("@/features/insights/overview/time-chart"));

interface Props {
  appId: string;
  metric: Metric;
  overview: Overview;
  source: OverviewSearch["source"];
}

/** One number: how it is, how it changed, how it went, as a drawing or as a table. */
export function MetricCard({ appId, metric, overview, source }: Props) {
  const { t } = useTranslation("overview");
  const navigate = useNavigate();
  const units = useUnits();
  const stretches = useStretches(overview.interval);
  const [table, setTable] = useState(false);
  const title = t(`metric.${metric.id}`);
  const names = metric.lines.map((name) => t(`line.${name}`));
  const open = (point: OverviewPoint) => void navigate({ to: "/app/$appId/logs", params: { appId }, search: logOf(metric, point, source) });
  const save = () => downloadText(`${metric.id}.csv`, chartCsv(metric, overview.series, [t("table.from"), ...names]), "text/csv");
  const shared = { metric, series: overview.series, names, whole: stretches.whole };
  return (
    <Paper component="section" withBorder radius="md" p="md" aria-label={title} className={classes.card}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h6" c="dimmed" fw={500}>
            {title}
          </Title>
          <Group gap="xs" align="baseline">
            <Text fz={26} fw={650} lh={1.2}>
              {units.value(metric.unit, headlineOf(metric, overview.totals))}
            </Text>
            <Change metric={metric} overview={overview} />
          </Group>
          {names.length > 1 && (
            <Group gap="sm" className={classes.legend}>
              {names.map((name, place) => (
                <span key={name} style={{ "--line": LINE_COLORS[place] } as CSSProperties}>
                  {name}
                </span>
              ))}
            </Group>
          )}
        </div>
        <Group gap={2} wrap="nowrap">
          <CardAct
            label={t(table ? "asChart" : "asTable", { title })}
            icon={table ? <IconChartLine size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
            onClick={() => setTable(!table)}
          />
          <CardAct label={t("csvOf", { title })} icon={<IconDownload size={16} aria-hidden />} onClick={save} />
        </Group>
      </Group>
      {table ? (
        <MetricTable {...shared} appId={appId} source={source} />
      ) : (
        <div className={classes.chart} aria-hidden>
          {isEmpty(metric, overview.series) ? (
            <Text size="sm" c="dimmed" className={classes.nothing}>
              {t("nothing")}
            </Text>
          ) : (
            <Suspense fallback={<Skeleton height={150} />}>
              <TimeChart {...shared} brief={stretches.brief} value={(value) => units.value(metric.unit, value)} onOpen={open} />
            </Suspense>
          )}
        </div>
      )}
    </Paper>
  );
}

function CardAct({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

const COLORS = { good: "var(--tm-good)", bad: "var(--tm-bad)", neutral: "var(--mantine-color-dimmed)" };

function Change({ metric, overview }: { metric: Metric; overview: Overview }) {
  const { t } = useTranslation("overview");
  const units = useUnits();
  const change = changeOf(metric, overview.totals, overview.previous);
  if (change === null) return null;
  const Icon = change < 0 ? IconArrowDownRight : IconArrowUpRight;
  const text = t(metric.unit === "share" ? "change.points" : "change.share", { change: units.change(metric, change) });
  return (
    <Tooltip label={t("change.hint", { value: units.value(metric.unit, headlineOf(metric, overview.previous)) })}>
      <Group gap={2} wrap="nowrap" c={COLORS[verdictOf(metric, change)]} fz="sm" fw={500}>
        {Math.abs(change) >= 0.005 && <Icon size={15} aria-hidden />}
        {text}
      </Group>
    </Tooltip>
  );
}
