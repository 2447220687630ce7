import { Group, Loader, MultiSelect, Pill, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, workspacePath } from "@/api/client";
import { keys } from "@/api/keys";
import type { Dataset, Id, Page } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { AnchorLink } from "@/components/links";
import { RemoveRow } from "@/features/panel/widgets/row-tools";
import { useWorkspace } from "@/lib/use-workspace";

const PER_PAGE = 100;
const MOST_PAGES = 10;

/** All datasets one may see, to choose from. */
const choicesQuery = (ws: Id) =>
  queryOptions({
    queryKey: [...keys.datasets(ws), "choices"],
    queryFn: async ({ signal }) => {
      const found: Dataset[] = [];
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const query = { page, limit: PER_PAGE };
        const { results, total } = await api.get<Page<Dataset>>(workspacePath(ws, "/datasets"), { query, signal });
        found.push(...results);
        if (found.length >= total) break;
      }
      return found;
    },
    staleTime: 10_000,
  });

interface Props {
  label: string;
  value: readonly Id[];
  readOnly: boolean;
  size?: "xs" | "sm";
  onChange(value: Id[]): void;
}

/** Chooses knowledge by name. Ids that belong to none that one sees are kept and shown, so that they can be replaced. */
export function DatasetPicker({ label, value, readOnly, size = "sm", onChange }: Props) {
  const { t } = useTranslation("widgets");
  const workspace = useWorkspace();
  const { data, error, isPending, refetch } = useQuery(choicesQuery(workspace.id));
  const known = new Map(data?.map((one) => [one.id, one]));
  const lost = value.filter((id) => !known.has(id));
  const chosen = value.flatMap((id) => known.get(id) ?? []);
  return (
    <Stack gap={4}>
      {isPending && <Loader size="xs" role="status" aria-label={t("datasets.loading")} />}
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Text size={size} c="dimmed">
          {t("datasets.none")}{" "}
          <AnchorLink to="/knowledge/new" size={size} td="underline">
            {t("datasets.make")}
          </AnchorLink>
        </Text>
      )}
      {data && data.length > 0 && (
        <MultiSelect
          size={size}
          searchable
          aria-label={label}
          placeholder={chosen.length > 0 ? undefined : t("datasets.choose")}
          nothingFoundMessage={t("datasets.nothing")}
          readOnly={readOnly}
          data={data.map((one) => ({ value: one.id, label: one.name }))}
          value={chosen.map((one) => one.id)}
          onChange={(next) => onChange([...next, ...lost])}
        />
      )}
      {chosen.map((dataset) => (
        <ChosenDataset key={dataset.id} dataset={dataset} />
      ))}
      {lost.map((id) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <Pill size="sm" maw="100%">
            {id}
          </Pill>
          {data && (
            <Text size="xs" c="var(--tm-warn)">
              {t("datasets.unknown")}
            </Text>
          )}
          {!readOnly && <RemoveRow name={id} onClick={() => onChange(value.filter((one) => one !== id))} />}
        </Group>
      ))}
    </Stack>
  );
}

/** What stands behind a name: how much there is to find, and whether it can be found. */
function ChosenDataset({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("widgets");
  const trouble = !dataset.embedding_available ? "noModel" : dataset.available === 0 ? (dataset.working > 0 ? "working" : "empty") : null;
  return (
    <Group gap={6} wrap="nowrap">
      <AnchorLink
        to="/knowledge/$datasetId/documents"
        params={{ datasetId: dataset.id }}
        target="_blank"
        size="xs"
        td="underline"
        truncate
        title={t("datasets.open", { name: dataset.name })}
      >
        {dataset.name}
      </AnchorLink>
      <Text size="xs" c={trouble ? "var(--tm-warn)" : "dimmed"} style={{ whiteSpace: "nowrap" }}>
        {trouble && <IconAlertTriangle size={12} aria-hidden style={{ verticalAlign: "-1px", marginRight: 4 }} />}
        {trouble ? t(`datasets.${trouble}`) : t("datasets.ready", { count: dataset.available })}
      </Text>
    </Group>
  );
}
