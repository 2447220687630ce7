import type { OverviewNumbers, OverviewPoint } from "@/api/types";
import type { LogsSearch } from "@/features/insights/insights-search";

export type Unit = "count" | "decimal" | "share" | "seconds" | "usd" | "tokens";
type Name = keyof OverviewNumbers;

/** A number over time: what stands large above the chart, and the lines in it. */
export interface Metric {
  id: string;
  unit: Unit;
  headline: Name;
  lines: readonly Name[];
  /** Amounts are drawn as bars, levels as lines. */
  shape: "bars" | "lines";
  /** What a rise means. */
  rise: "good" | "bad" | "neutral";
  /** Set where the axis always shows all of a share. */
  whole?: boolean;
  /** Only where people talk with the app. */
  chats?: boolean;
  /** What narrows the log when a point is opened. */
  log?: LogsSearch;
}

/** Of the lines in a chart, in their order. */
export const LINE_COLORS = ["var(--tm-chart-1)", "var(--tm-chart-2)"] as const;

export const METRICS: readonly Metric[] = [
  { id: "runs", unit: "count", headline: "runs", lines: ["runs"], shape: "bars", rise: "good" },
  { id: "users", unit: "count", headline: "users", lines: ["users"], shape: "bars", rise: "good" },
  { id: "conversations", unit: "count", headline: "conversations", lines: ["conversations"], shape: "bars", rise: "good", chats: true },
  {
    id: "turns",
    unit: "decimal",
    headline: "turns_per_conversation",
    lines: ["turns_per_conversation"],
    shape: "lines",
    rise: "neutral",
    chats: true,
  },
  { id: "errors", unit: "share", headline: "error_rate", lines: ["error_rate"], shape: "lines", rise: "bad", log: { error: "yes" } },
  { id: "time", unit: "seconds", headline: "p95_s", lines: ["p50_s", "p95_s"], shape: "lines", rise: "bad" },
  {
    id: "firstToken",
    unit: "seconds",
    headline: "first_token_p95_s",
    lines: ["first_token_p50_s", "first_token_p95_s"],
    shape: "lines",
    rise: "bad",
  },
  { id: "tokens", unit: "tokens", headline: "tokens_in", lines: ["tokens_in", "tokens_out"], shape: "bars", rise: "neutral" },
  { id: "cost", unit: "usd", headline: "cost_usd", lines: ["cost_usd"], shape: "bars", rise: "bad" },
  {
    id: "satisfaction",
    unit: "share",
    headline: "satisfaction",
    lines: ["satisfaction"],
    shape: "lines",
    rise: "good",
    whole: true,
    chats: true,
    log: { rating: "rated" },
  },
];

/** What stands above a chart: of the tokens their sum, else the one number. */
export function headlineOf(metric: Metric, numbers: OverviewNumbers): number | null {
  return metric.id === "tokens" ? numbers.tokens_in + numbers.tokens_out : numbers[metric.headline];
}

/** By how much a number rose: a share of what it was; of shares the difference in points. Null: nothing to compare with. */
export function changeOf(metric: Metric, now: OverviewNumbers, before: OverviewNumbers): number | null {
  const [a, b] = [headlineOf(metric, now), headlineOf(metric, before)];
  if (a === null || b === null) return null;
  if (metric.unit === "share") return a - b;
  return b === 0 ? null : (a - b) / b;
}

/** Whether a change is welcome; too small ones and neutral ones are neither. */
export function verdictOf(metric: Metric, change: number | null): "good" | "bad" | "neutral" {
  if (change === null || metric.rise === "neutral" || Math.abs(change) < 0.005) return "neutral";
  return change > 0 === (metric.rise === "good") ? "good" : "bad";
}

/** The log that a point stands for. */
export function logOf(metric: Metric, point: OverviewPoint, source: LogsSearch["source"]): LogsSearch {
  return { ...metric.log, period: "custom", from: point.at, to: point.to, source };
}

/** True where there is nothing to draw. */
export function isEmpty(metric: Metric, series: readonly OverviewPoint[]): boolean {
  return series.every((point) => metric.lines.every((name) => !point[name]));
}

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A chart's points as CSV. */
export function chartCsv(metric: Metric, series: readonly OverviewPoint[], header: readonly string[]): string {
  const rows = series.map((point) => [point.at, ...metric.lines.map((name) => point[name])]);
  return [header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
}
