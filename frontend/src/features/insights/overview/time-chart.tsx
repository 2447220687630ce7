import "@mantine/core/styles/ColorSwatch.css";
import "@mantine/charts/styles.css";
import { BarChart, LineChart } from "@mantine/charts";
import type { OverviewPoint } from "@/api/types";
import { LINE_COLORS, type Metric } from "@/features/insights/overview/metrics";

interface Props {
  metric: Metric;
  series: readonly OverviewPoint[];
  /** Names of the lines, in their order. */
  names: readonly string[];
  brief: (at: string) => string;
  whole: (at: string) => string;
  value: (value: number) => string;
  onOpen: (point: OverviewPoint) => void;
}

/** The drawing alone: what it shows stands in the table beside it, which is how assistive tools and keys get at it. */
export default function TimeChart({ metric, series, names, brief, whole, value, onOpen }: Props) {
  const bars = metric.shape === "bars";
  // Of a share that comes near to all the axis shows all, never more.
  const full = metric.whole || (metric.unit === "share" && series.some((point) => metric.lines.some((name) => (point[name] ?? 0) > 0.5)));
  const shared = {
    h: 150,
    data: series as unknown as Record<string, unknown>[],
    dataKey: "at",
    series: metric.lines.map((name, place) => ({ name, label: names[place] ?? name, color: LINE_COLORS[place] ?? "gray" })),
    gridAxis: "x" as const,
    tickLine: "none" as const,
    valueFormatter: value,
    xAxisProps: { tickFormatter: brief, minTickGap: 28, interval: "preserveStartEnd" as const },
    yAxisProps: {
      width: 52,
      tickCount: 4,
      allowDecimals: metric.unit !== "count",
      domain: [0, full ? 1 : "auto"] as [number, number | "auto"],
      ticks: full ? [0, 0.5, 1] : undefined,
    },
    tooltipAnimationDuration: 0,
    tooltipProps: { labelFormatter: (at: unknown) => (at ? whole(String(at)) : "") },
  };
  const open = ({ activeTooltipIndex }: { activeTooltipIndex?: number | string | null }) => {
    const point = series[Number(activeTooltipIndex)];
    if (activeTooltipIndex !== undefined && activeTooltipIndex !== null && point) onOpen(point);
  };
  const chartProps = { onClick: open, accessibilityLayer: false, style: { cursor: "pointer" } };
  if (bars) {
    return <BarChart {...shared} type="stacked" maxBarWidth={28} barProps={{ isAnimationActive: false }} barChartProps={chartProps} />;
  }
  return (
    <LineChart
      {...shared}
      curveType="linear"
      strokeWidth={2}
      connectNulls={false}
      dotProps={{ r: 2.5 }}
      lineProps={{ isAnimationActive: false }}
      lineChartProps={chartProps}
    />
  );
}
