import { Group, Loader, MultiSelect, Pill, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "@/api/client";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { strings } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { readDatasets } from "./datasets";
import { RemoveRow } from "./row-tools";

/** The knowledge to search. Ids that belong to no dataset here are kept and shown, so that they can be replaced. */
export function DatasetsWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const workspace = useWorkspace();
  const query = useQuery({
    queryKey: ["ws", workspace.id, "datasets", "choices"],
    queryFn: () => api.get<unknown>(workspace.path("/datasets"), { query: { limit: 100 } }).then(readDatasets, whenAbsent),
    retry: false,
  });
  const chosen = strings(value);
  const datasets = query.data;
  const known = new Map(datasets?.map((one) => [one.id, one.name]));
  const lost = chosen.filter((id) => !known.has(id));
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      {query.isPending && <Loader size="xs" aria-label={t("datasets.loading")} />}
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {datasets === null && (
        <Text size="xs" c="dimmed">
          {t("datasets.absent")}
        </Text>
      )}
      {datasets?.length === 0 && (
        <Text size="xs" c="dimmed">
          {t("datasets.none")}
        </Text>
      )}
      {datasets && datasets.length > 0 && (
        <MultiSelect
          size="xs"
          searchable
          aria-label={field.label}
          placeholder={chosen.length > lost.length ? undefined : t("datasets.choose")}
          nothingFoundMessage={t("datasets.nothing")}
          readOnly={readOnly}
          data={datasets.map((one) => ({ value: one.id, label: one.name }))}
          value={chosen.filter((id) => known.has(id))}
          onChange={(next) => onChange([...next, ...lost])}
        />
      )}
      {lost.map((id) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <Pill size="sm" maw="100%">
            {id}
          </Pill>
          {datasets && (
            <Text size="xs" c="var(--tm-warn)">
              {t("datasets.unknown")}
            </Text>
          )}
          {!readOnly && <RemoveRow name={id} onClick={() => onChange(chosen.filter((one) => one !== id))} />}
        </Group>
      ))}
    </FieldShell>
  );
}

/** Null where the platform has no knowledge yet. */
function whenAbsent(error: unknown): null {
  if (error instanceof ApiError && error.status === 404) return null;
  throw error;
}
