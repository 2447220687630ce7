import { useMemo } from "react";
import type { Overview } from "@/api/types";
import { useFormats } from "@/features/canvas/formats";
import type { Metric, Unit } from "@/features/insights/overview/metrics";
import { useLanguage } from "@/lib/use-language";

/** Numbers of the overview in words. */
export function useUnits() {
  const language = useLanguage();
  const formats = useFormats();
  return useMemo(() => {
    const count = new Intl.NumberFormat(language);
    const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
    const signed = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
    const points = new Intl.NumberFormat(language, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
    const words: Record<Unit, (value: number) => string> = {
      count: (value) => count.format(value),
      decimal: (value) => decimal.format(value),
      share: (value) => percent.format(value),
      seconds: formats.seconds,
      usd: (value) => (value === 0 ? formats.cost(0) : formats.cost(value)),
      tokens: formats.tokens,
    };
    return {
      value: (unit: Unit, value: number | null) => (value === null ? "–" : words[unit](value)),
      /** `points` of a share, else per cent. */
      change: (metric: Metric, change: number) => (metric.unit === "share" ? points.format(change * 100) : signed.format(change)),
    };
  }, [language, formats]);
}

/** Names the stretches of a series: short below a chart, whole in a table. */
export function useStretches(interval: Overview["interval"]) {
  const language = useLanguage();
  return useMemo(() => {
    const long: Intl.DateTimeFormatOptions =
      interval === "hour"
        ? { dateStyle: "medium", timeStyle: "short" }
        : interval === "month"
          ? { year: "numeric", month: "long" }
          : { dateStyle: "medium" };
    const short: Intl.DateTimeFormatOptions =
      interval === "hour"
        ? { hour: "2-digit", minute: "2-digit" }
        : interval === "month"
          ? { month: "short", year: "2-digit" }
          : { day: "numeric", month: "short" };
    const [whole, brief] = [new Intl.DateTimeFormat(language, long), new Intl.DateTimeFormat(language, short)];
    return { whole: (at: string) => whole.format(new Date(at)), brief: (at: string) => brief.format(new Date(at)) };
  }, [language, interval]);
}
