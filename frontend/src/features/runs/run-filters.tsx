import { CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { versionsQuery } from "@/features/canvas/data";
import { PeriodFilter } from "@/features/insights/period-filter";
import { useWorkspace } from "@/lib/use-workspace";
import { failuresQuery } from "./data";
import { RUNS_PERIOD, type RunsSearch, SORTS, SOURCES, STATES } from "./runs-search";

interface Props {
  appId: string;
  value: RunsSearch;
  onChange(patch: RunsSearch): void;
}

/** Search, filters and order of the run history; all of it stands in the URL. */
export function RunFilters({ appId, value, onChange }: Props) {
  const { t } = useTranslation(["runs", "common", "compare"]);
  const workspace = useWorkspace();
  const versions = useQuery(versionsQuery(workspace.id, appId));
  const failures = useQuery(failuresQuery(workspace.id, appId));
  const published = versions.data?.filter((one) => one.number !== null) ?? [];
  const nodes = failures.data?.nodes ?? [];
  const codes = failures.data?.codes ?? [];
  const versionItems = [
    { value: "draft", label: t("history.drafts") },
    ...published.map((one) => ({
      value: one.id,
      label: [t("version.number", { number: one.number ?? 0 }), one.name].filter(Boolean).join(" · "),
    })),
  ];
  const nodeItems = nodes.map((one) => ({ value: one.node_id, label: `${one.title} (${one.runs})` }));
  const codeItems = codes.map((one) => ({ value: one.code, label: `${one.code} (${one.runs})` }));
  return (
    <Group gap="xs" mb="md" role="search" aria-label={t("history.filters")}>
      <SearchBox value={value.search} onChange={(search) => onChange({ search })} />
      <Choice
        label={t("history.byState")}
        any={t("history.anyState")}
        value={value.state}
        items={STATES.map((state) => ({ value: state, label: t(`common:runState.${state}`) }))}
        onChange={(state) => onChange({ state: STATES.find((one) => one === state) })}
      />
      <Choice
        label={t("history.bySource")}
        any={t("history.anySource")}
        value={value.source}
        items={SOURCES.map((source) => ({ value: source, label: t(`source.${source}`) }))}
        onChange={(source) => onChange({ source: SOURCES.find((one) => one === source) })}
      />
      <Choice
        label={t("history.byVersion")}
        any={t("history.anyVersion")}
        value={value.version}
        items={withChosen(versionItems, value.version)}
        onChange={(version) => onChange({ version })}
      />
      {(nodes.length > 0 || value.node) && (
        <Choice
          label={t("history.byNode")}
          any={t("history.anyNode")}
          value={value.node}
          items={withChosen(nodeItems, value.node)}
          onChange={(node) => onChange({ node })}
        />
      )}
      {(codes.length > 0 || value.error) && (
        <Choice
          label={t("history.byError")}
          any={t("history.anyError")}
          value={value.error}
          items={withChosen(codeItems, value.error)}
          onChange={(error) => onChange({ error })}
        />
      )}
      <PeriodFilter value={value} standard={RUNS_PERIOD} onChange={onChange} />
      <Choice
        label={t("history.order")}
        any={t("order.-created_at")}
        value={value.sort}
        items={SORTS.filter((sort) => sort !== "-created_at").map((sort) => ({ value: sort, label: t(`order.${sort}`) }))}
        onChange={(sort) => onChange({ sort: SORTS.find((one) => one === sort) })}
      />
    </Group>
  );
}

interface Item {
  value: string;
  label: string;
}

/** What the URL names stays to be seen and cleared, though no run has it (any more). */
const withChosen = (items: Item[], chosen: string | undefined): Item[] =>
  !chosen || items.some((item) => item.value === chosen) ? items : [...items, { value: chosen, label: chosen }];

interface ChoiceProps {
  label: string;
  any: string;
  value: string | undefined;
  items: Item[];
  onChange(value: string | undefined): void;
}

function Choice({ label, any, value, items, onChange }: ChoiceProps) {
  return (
    <Select
      size="sm"
      w={value ? 230 : 160}
      clearable
      searchable={items.length > 9}
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
      aria-label={label}
      placeholder={any}
      value={value ?? null}
      data={items}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** Free text; the list follows when the typing rests. */
function SearchBox({ value, onChange }: { value: string | undefined; onChange(value: string | undefined): void }) {
  const { t } = useTranslation("runs");
  const [typed, setTyped] = useState(value ?? "");
  const [told, setTold] = useState(value ?? "");
  // Changed from elsewhere: the filters were cleared, or the browser went back.
  if ((value ?? "") !== told) {
    setTold(value ?? "");
    setTyped(value ?? "");
  }
  const tell = useDebouncedCallback((text: string) => {
    setTold(text.trim());
    onChange(text.trim() || undefined);
  }, 300);
  const change = (text: string) => {
    setTyped(text);
    tell(text);
  };
  return (
    <TextInput
      size="sm"
      flex="1 1 15rem"
      maxLength={200}
      aria-label={t("history.search")}
      placeholder={t("history.search")}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed && <CloseButton size="sm" aria-label={t("history.clearSearch")} onClick={() => change("")} />}
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
