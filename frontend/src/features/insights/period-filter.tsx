import { CloseButton, Group, NativeSelect, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { dayOf, PERIODS, type Period, type PeriodSearch } from "@/features/insights/period";
import { useLanguage } from "@/lib/use-language";

interface Props {
  value: PeriodSearch;
  standard: Period;
  /** Without it all are offered. */
  periods?: readonly Period[];
  onChange: (change: PeriodSearch) => void;
}

/** Chooses a span of time: a usual one, or from one day to another. */
export function PeriodFilter({ value, standard, periods = PERIODS, onChange }: Props) {
  const { t } = useTranslation("insights");
  const period = value.period ?? standard;
  const choose = (next: Period) => {
    if (next !== "custom") return onChange({ period: next === standard ? undefined : next, from: undefined, to: undefined });
    const today = dayOf(new Date());
    onChange({ period: "custom", from: value.from ?? today, to: value.to ?? today });
  };
  const change = (patch: PeriodSearch) => onChange({ period: "custom", from: value.from, to: value.to, ...patch });
  return (
    <Group gap="xs">
      <NativeSelect
        aria-label={t("period.label")}
        value={period}
        data={periods.map((one) => ({ value: one, label: t(`period.${one}`) }))}
        onChange={(event) => choose(PERIODS.find((one) => one === event.currentTarget.value) ?? standard)}
      />
      {period === "custom" &&
        (isMoment(value.from) || isMoment(value.to) ? (
          <Moments from={value.from} to={value.to} onClear={() => choose(standard)} />
        ) : (
          <>
            <DayInput label={t("period.from")} value={value.from} onChange={(from) => change({ from })} />
            <DayInput label={t("period.to")} value={value.to} onChange={(to) => change({ to })} />
          </>
        ))}
    </Group>
  );
}

const isMoment = (value: string | undefined) => value !== undefined && value.length > 10;

/** A stretch shorter than days, as a point of a chart stands for. */
function Moments({ from, to, onClear }: { from: string | undefined; to: string | undefined; onClear: () => void }) {
  const { t } = useTranslation("insights");
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const words = from && to ? format.formatRange(new Date(from), new Date(to)) : format.format(new Date(from ?? to ?? 0));
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="sm">{words}</Text>
      <CloseButton size="sm" aria-label={t("period.clear")} onClick={onClear} />
    </Group>
  );
}

function DayInput({ label, value, onChange }: { label: string; value: string | undefined; onChange: (day: string) => void }) {
  return (
    <TextInput
      type="date"
      w={150}
      aria-label={label}
      value={value ?? ""}
      max="9999-12-31"
      onChange={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
    />
  );
}
