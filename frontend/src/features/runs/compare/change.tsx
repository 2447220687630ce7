import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/lib/use-language";
import type { NumberPair } from "./compare-runs";

/** Nobody reads «+15,125 %». */
const TOLD_BELOW = 10;

/** By how much a number grew or shrank. Less is better with time, tokens and cost, but that is for the reader to say. */
export function Change({ pair, format }: { pair: NumberPair; format: (value: number) => string }) {
  const { t } = useTranslation("compare");
  const language = useLanguage();
  if (pair.by === null) return null;
  if (format(Math.abs(pair.by)) === format(0)) {
    return (
      <Text span size="xs" c="dimmed">
        {t("equal")}
      </Text>
    );
  }
  const sign = pair.by > 0 ? "+" : "−";
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "always" });
  return (
    <Text span size="xs" style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
      {`${sign}${format(Math.abs(pair.by))}`}
      {pair.share !== null && Math.abs(pair.share) < TOLD_BELOW && (
        <Text span size="xs" c="dimmed">
          {` ${percent.format(pair.share)}`}
        </Text>
      )}
    </Text>
  );
}
