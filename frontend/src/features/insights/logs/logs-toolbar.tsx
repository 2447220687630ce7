import { CloseButton, Group, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { CHANNELS, LOG_SORTS, LOGS_PERIOD, type LogsSearch, RATINGS, RUN_SORTS } from "@/features/insights/insights-search";
import { SavedViews } from "@/features/insights/logs/saved-views";
import { PeriodFilter } from "@/features/insights/period-filter";
import { versionsQuery } from "@/features/publish/publish-queries";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  appId: string;
  /** True for the log of a workflow: runs have no ratings. */
  runs: boolean;
  value: LogsSearch;
  onChange: (change: Partial<LogsSearch>) => void;
  onView: (view: LogsSearch) => void;
}

/** Search and filters of the log; all of it stands in the URL. */
export function LogsToolbar({ appId, runs, value, onChange, onView }: Props) {
  const { t } = useTranslation(["logs", "runs"]);
  const choices = (name: "rating" | "error" | "annotated", values: readonly string[]) => [
    { value: "", label: t(`${name}.any`) },
    ...values.map((one) => ({ value: one, label: t(`${name}.${one}`) })),
  ];
  const sorts = runs ? RUN_SORTS : LOG_SORTS;
  const yesNo = (text: string) => (["yes", "no"] as const).find((one) => one === text);
  return (
    <Group mb="lg" gap="xs" role="search" aria-label={t("toolbar")}>
      <TypedFilter
        label={t("search.label")}
        placeholder={t("search.placeholder")}
        icon={<IconSearch size={16} aria-hidden />}
        flex="1 1 16rem"
        value={value.search}
        onChange={(search) => onChange({ search })}
      />
      <PeriodFilter value={value} standard={LOGS_PERIOD} onChange={onChange} />
      <NativeSelect
        aria-label={t("source.label")}
        value={value.source ?? ""}
        data={[{ value: "", label: t("source.published") }, ...CHANNELS.map((one) => ({ value: one, label: t(`source.${one}`) }))]}
        onChange={(event) => onChange({ source: CHANNELS.find((one) => one === event.currentTarget.value) })}
      />
      <NativeSelect
        aria-label={t("error.label")}
        value={value.error ?? ""}
        data={choices("error", ["yes", "no"])}
        onChange={(event) => onChange({ error: yesNo(event.currentTarget.value) })}
      />
      {!runs && (
        <>
          <NativeSelect
            aria-label={t("rating.label")}
            value={value.rating ?? ""}
            data={choices("rating", RATINGS)}
            onChange={(event) => onChange({ rating: RATINGS.find((one) => one === event.currentTarget.value) })}
          />
          <NativeSelect
            aria-label={t("annotated.label")}
            value={value.annotated ?? ""}
            data={choices("annotated", ["yes", "no"])}
            onChange={(event) => onChange({ annotated: yesNo(event.currentTarget.value) })}
          />
        </>
      )}
      <TypedFilter
        label={t("user.label")}
        placeholder={t("user.label")}
        icon={<IconUser size={16} aria-hidden />}
        flex="0 1 11rem"
        value={value.user}
        onChange={(user) => onChange({ user })}
      />
      <VersionFilter appId={appId} value={value.version} onChange={(version) => onChange({ version })} />
      <NativeSelect
        aria-label={t("sort.label")}
        value={sorts.find((one) => one === value.sort) ?? sorts[0]}
        data={sorts.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
        onChange={(event) => {
          const sort = sorts.find((one) => one === event.currentTarget.value);
          onChange({ sort: sort === sorts[0] ? undefined : sort });
        }}
      />
      <SavedViews appId={appId} runs={runs} value={value} onView={onView} />
    </Group>
  );
}

interface TypedProps {
  label: string;
  placeholder: string;
  icon: ReactNode;
  flex: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A filter that is typed: it waits for a pause, and follows the URL when that changes by itself. */
function TypedFilter({ label, placeholder, icon, flex, value, onChange }: TypedProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value ?? "");
  const [shown, setShown] = useState(value);
  const tell = useDebouncedCallback((text: string) => onChange(text.trim() || undefined), 300);
  if (shown !== value) {
    setShown(value);
    if (typed.trim() !== (value ?? "")) setTyped(value ?? "");
  }
  const type = (text: string) => {
    setTyped(text);
    tell(text);
  };
  return (
    <TextInput
      flex={flex}
      miw={140}
      aria-label={label}
      placeholder={placeholder}
      leftSection={icon}
      rightSection={typed && <CloseButton size="sm" aria-label={`${t("action.clear")}: ${label}`} onClick={() => type("")} />}
      value={typed}
      maxLength={200}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

function VersionFilter({
  appId,
  value,
  onChange,
}: {
  appId: string;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const { t } = useTranslation("logs");
  const workspace = useWorkspace();
  const { data } = useQuery(versionsQuery(workspace.id, appId));
  const versions = data?.filter((version) => version.number !== null) ?? [];
  // A version that the list does not have (frozen for a test run) still has to show that it filters.
  const unlisted = value && !versions.some((version) => version.id === value) ? [{ value, label: t("version.other") }] : [];
  return (
    <NativeSelect
      aria-label={t("version.label")}
      value={value ?? ""}
      data={[
        { value: "", label: t("version.any") },
        ...versions.map((version) => ({ value: version.id, label: t("version.number", { number: version.number }) })),
        ...unlisted,
      ]}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}
