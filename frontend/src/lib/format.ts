import type { Language } from "@/i18n";

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

export function relativeTime(value: string, language: Language, now: number): string {
  const away = Math.round((new Date(value).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(away) >= length) return format.format(Math.trunc(away / length), unit);
  }
  // A clock that runs a little ahead must not say «in 3 seconds».
  return format.format(0, "second");
}

export function exactTime(value: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(value));
}

export function compactNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** A price in USD per million tokens: whole cents where that is exact, more digits where it is not. */
export function tokenPrice(value: number, language: Language): string {
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  }).format(value);
}

export function seconds(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: 1 }).format(value);
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** A file's size in the unit that suits it. */
export function fileSize(bytes: number, language: Language): string {
  const step = bytes < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: BYTE_UNITS[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** A stretch of time in its largest unit: «40 sec», «3 min», «2 hr». */
export function duration(value: number, language: Language): string {
  const [unit, length] = value < 90 ? (["second", 1] as const) : value < 5400 ? (["minute", 60] as const) : (["hour", 3600] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(
    Math.max(1, Math.round(value / length)),
  );
}

/** A cost in USD; what is less than a hundredth of a cent is said to be less. */
export function cost(value: number, language: Language): string {
  const format = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  });
  return value > 0 && value < 0.0001 ? `< ${format.format(0.0001)}` : format.format(value);
}

/** A stretch of time in whole seconds or minutes, as one says when to come back. */
export function exactSpan(secondsLong: number, language: Language): string {
  const minutes = secondsLong >= 120;
  return new Intl.NumberFormat(language, { style: "unit", unit: minutes ? "minute" : "second", unitDisplay: "long" }).format(
    Math.ceil(minutes ? secondsLong / 60 : secondsLong),
  );
}
