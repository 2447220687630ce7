/** Measurements of test sets, read and compared. Pure. */
import type { Id, TestResult } from "@/api/types";
import type { TestMetrics, TestRow } from "@/features/knowledge/retrieval/hits";

export const METRICS = ["recall", "mrr", "ndcg"] as const;
export type Metric = (typeof METRICS)[number];

/** Null where the measurement failed. */
export function metricsOf(result: TestResult): TestMetrics | null {
  const metrics = result.metrics as Partial<TestMetrics>;
  return typeof metrics.recall === "number" ? (metrics as TestMetrics) : null;
}

export const rowsOf = (result: TestResult): TestRow[] => result.rows as unknown as TestRow[];

/** The measurement with which to compare one: the next older of the same k that did not fail. Results are the newest first. */
export function formerOf(results: readonly TestResult[], result: TestResult): TestResult | undefined {
  const k = metricsOf(result)?.k;
  if (k === undefined) return undefined;
  return results.slice(results.indexOf(result) + 1).find((one) => metricsOf(one)?.k === k);
}

/** The ids of the measurements that did best in a metric; none where all are equal or there is nothing to compare. */
export function bestIn(results: readonly TestResult[], metric: Metric): Set<Id> {
  const scored = results.flatMap((result) => {
    const metrics = metricsOf(result);
    return metrics ? [{ id: result.id, value: metrics[metric] }] : [];
  });
  const best = Math.max(...scored.map(({ value }) => value));
  if (scored.every(({ value }) => value === best)) return new Set();
  return new Set(scored.filter(({ value }) => value === best).map(({ id }) => id));
}

export type Turn = "better" | "worse" | "same" | "new";

/** How a question fared against an earlier measurement. */
export function turnOf(row: TestRow, former: TestResult | undefined): Turn {
  const before = former && rowsOf(former).find((one) => one.question_id === row.question_id);
  if (!before) return "new";
  const change = row.recall - before.recall || row.ndcg - before.ndcg;
  return Math.abs(change) < 1e-9 ? "same" : change > 0 ? "better" : "worse";
}
