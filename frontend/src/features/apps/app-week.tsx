import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AppWeek } from "@/api/types";
import { Sparkline } from "@/components/sparkline";
import { compactNumber, cost } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

/** An app's runs of seven days as a line, with their number and cost. `week` undefined: not known yet; null: no runs. */
export function AppWeekLine({ week }: { week: AppWeek | null | undefined }) {
  const { t } = useTranslation("apps");
  const language = useLanguage();
  if (week === undefined) return <Text size="xs">{"\u00a0"}</Text>;
  if (week === null) {
    return (
      <Text size="xs" c="dimmed">
        {t("week.none")}
      </Text>
    );
  }
  const days = week.days.map((day) => day.runs);
  const label = t("week.label", { count: week.runs, failed: week.failed, days: days.join(", ") });
  const spent = week.cost_usd > 0 ? ` · ${cost(week.cost_usd, language)}` : "";
  return (
    <Group gap={8} wrap="nowrap" component="span" display="inline-flex">
      <Sparkline values={days} label={label} color={week.failed > 0 ? "var(--tm-warn)" : undefined} />
      <Text span size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
        {t("week.runs", { count: week.runs, shown: compactNumber(week.runs, language) })}
        {spent}
      </Text>
    </Group>
  );
}
