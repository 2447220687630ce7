/** Spans of time that logs and numbers are shown for. `custom` is from one day to another, both included. */
export const PERIODS = ["today", "7d", "30d", "90d", "all", "custom"] as const;
export type Period = (typeof PERIODS)[number];

/** As it stands in the URL: days are `YYYY-MM-DD` of the user's own calendar, moments ISO times. */
export interface PeriodSearch {
  period?: Period;
  from?: string;
  to?: string;
}

export interface Span {
  start: Date | null;
  end: Date | null;
}

const DAYS: Partial<Record<Period, number>> = { today: 1, "7d": 7, "30d": 30, "90d": 90 };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Midnight of a day, in the time zone of this device. Null: not a day. */
function midnight(day: string): Date | null {
  if (!DAY.test(day)) return null;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const found = new Date(year, month - 1, date);
  // «2026-02-31» is no day, though Date makes one of it.
  return found.getMonth() === month - 1 && found.getDate() === date ? found : null;
}

function daysLater(from: Date, days: number): Date {
  return new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
}

export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function moment(value: string | undefined, last: boolean): Date | null {
  if (!value) return null;
  const day = midnight(value);
  if (day) return last ? daysLater(day, 1) : day;
  const time = new Date(value);
  return DAY.test(value) || Number.isNaN(time.getTime()) ? null : time;
}

/** From when (included) until when (not included); null: no bound. Periods of days begin at a midnight of this device's time zone. */
export function spanOf({ period, from, to }: PeriodSearch, standard: Period, now = new Date()): Span {
  const chosen = period ?? standard;
  if (chosen === "custom") return { start: moment(from, false), end: moment(to, true) };
  const days = DAYS[chosen];
  return { start: days ? daysLater(now, 1 - days) : null, end: null };
}

/** Reads a period from the URL; what makes no sense there is dropped. */
export function parsePeriod(raw: Record<string, unknown>, standard: Period): PeriodSearch {
  const period = PERIODS.find((one) => one === raw.period);
  if (period !== "custom") return { period: period === standard ? undefined : period };
  const bound = (value: unknown, last: boolean) => (typeof value === "string" && moment(value, last) ? value : undefined);
  const from = bound(raw.from, false);
  const to = bound(raw.to, true);
  return from || to ? { period, from, to } : {};
}
