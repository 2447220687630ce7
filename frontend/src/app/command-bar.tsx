import "@mantine/spotlight/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData, spotlight } from "@mantine/spotlight";
import { IconBooks, IconFileText, IconHistory, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Find, RunState } from "@/api/types";
import { useOfferedGroups } from "@/app/use-command-groups";
import { AppIcon } from "@/components/app-icon";
import { includesText } from "@/lib/search-text";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const PAUSE_MS = 180;
const LEAST = 2;
const KINDS = ["app", "dataset", "document", "run"] as const;

/** What has the typed words in its name or description; groups with nothing left go. */
export function offeredFor(typed: string, groups: readonly SpotlightActionGroupData[]): SpotlightActionGroupData[] {
  const kept = groups.map(({ group, actions }) => ({
    group,
    actions: actions.filter(({ label, description }) => includesText(`${label ?? ""} ${description ?? ""}`, typed)),
  }));
  return kept.filter(({ actions }) => actions.length > 0);
}

function signOf({ kind, app }: Find): ReactNode {
  if (app) return kind === "run" ? <IconHistory size={20} aria-hidden /> : <AppIcon app={app} size={26} />;
  return kind === "document" ? <IconFileText size={20} aria-hidden /> : <IconBooks size={20} aria-hidden />;
}

function addressOf({ kind, id, app, dataset_id }: Find): string {
  if (kind === "run") return `/app/${app?.id}/runs/${id}`;
  if (kind === "app") return `/app/${id}/canvas`;
  return kind === "document" ? `/knowledge/${dataset_id}/documents/${id}` : `/knowledge/${id}/documents`;
}

function useFound(typed: string) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const [asked] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const long = asked.length >= LEAST;
  const { data, error, isFetching } = useQuery({
    queryKey: keys.find(workspace.id, asked),
    queryFn: ({ signal }) => api.get<Find[]>(workspace.path("/find"), { query: { q: asked }, signal }),
    enabled: long,
    placeholderData: keepPreviousData,
  });
  const found = long && typed.trim().length >= LEAST ? (data ?? []) : [];
  const action = (one: Find): SpotlightActionData => ({
    id: `found-${one.kind}-${one.id}`,
    label: one.title,
    description: one.kind === "run" ? t(`runState.${one.hint as RunState}`) : one.hint || undefined,
    leftSection: signOf(one),
    onClick: () => void navigate({ to: addressOf(one) }),
  });
  const groups = KINDS.map((kind) => ({
    group: t(`command.found.${kind}`),
    actions: found.filter((one) => one.kind === kind).map(action),
  }));
  return { groups: groups.filter(({ actions }) => actions.length > 0), error, searching: isFetching || asked !== typed.trim() };
}

interface Props {
  onClose: () => void;
  onShortcuts: () => void;
}

/** Everything one can go to or do, by typing. */
export default function CommandBar({ onClose, onShortcuts }: Props) {
  const { t } = useTranslation();
  const words = useErrorText();
  const [typed, setTyped] = useState("");
  const offered = useOfferedGroups(onShortcuts);
  const { groups: found, error, searching } = useFound(typed);
  useEffect(() => spotlight.open(), []);
  const known = new Set(found.flatMap(({ actions }) => actions.map(({ id }) => id.replace("found-", "recent-"))));
  const rest = offeredFor(typed, offered).map(({ group, actions }) => ({ group, actions: actions.filter(({ id }) => !known.has(id)) }));
  const shown = [...rest, ...found].filter(({ actions }) => actions.length > 0);
  const nothing = error ? words(error) : searching ? t("command.searching") : t("command.nothing", { typed: typed.trim() });
  return (
    <Spotlight
      actions={shown}
      // They are chosen above: what the server found need not have the words in its name.
      filter={(_query, actions) => actions}
      query={typed}
      onQueryChange={setTyped}
      shortcut={null}
      onSpotlightClose={onClose}
      nothingFound={nothing}
      highlightQuery
      scrollable
      maxHeight="min(60vh, 28rem)"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t("command.placeholder"),
        "aria-label": t("command.open"),
      }}
      attributes={{ content: { "aria-label": t("command.open") } }}
    />
  );
}
