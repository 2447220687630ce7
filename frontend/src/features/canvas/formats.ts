import type { Language } from "@/i18n";
import { useLanguage } from "@/lib/use-language";

export interface Formats {
  seconds(value: number): string;
  tokens(value: number): string;
  cost(value: number): string;
  time(value: Date): string;
  dateTime(value: Date): string;
}

/** Made once for each language: every card of a canvas asks for them, and each takes a tenth of a millisecond to make. */
const known = new Map<Language, Formats>();

function formatsOf(language: Language): Formats {
  const unit = (name: string, digits: number) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "narrow", maximumFractionDigits: digits });
  const ms = unit("millisecond", 0);
  const short = unit("second", 1);
  const whole = unit("second", 0);
  const minutes = unit("minute", 0);
  const compact = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const usd = new Intl.NumberFormat(language, { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const smallUsd = new Intl.NumberFormat(language, { style: "currency", currency: "USD", maximumSignificantDigits: 2 });
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const full = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return {
    seconds: (value) => {
      if (value < 1) return ms.format(Math.round(value * 1000));
      if (value < 60) return short.format(value);
      return `${minutes.format(Math.floor(value / 60))} ${whole.format(Math.round(value % 60))}`;
    },
    tokens: (value) => compact.format(value),
    cost: (value) => (value >= 1 ? usd : smallUsd).format(value),
    time: (value) => clock.format(value),
    dateTime: (value) => full.format(value),
  };
}

/** Numbers, money and times in the user's language. */
export function useFormats(): Formats {
  const language = useLanguage();
  let formats = known.get(language);
  if (!formats) {
    formats = formatsOf(language);
    known.set(language, formats);
  }
  return formats;
}
