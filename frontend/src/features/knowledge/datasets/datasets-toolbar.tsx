import { Group, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DatasetTag } from "@/api/types";
import type { DatasetsSearch } from "@/features/knowledge/knowledge-search";
import { SearchField } from "@/components/search-field";

interface Props {
  value: DatasetsSearch;
  tags: readonly DatasetTag[];
  onChange: (change: Partial<DatasetsSearch>) => void;
}

/** Search and tag of the list; both stand in the URL. */
export function DatasetsToolbar({ value, tags, onChange }: Props) {
  const { t } = useTranslation("knowledge");
  return (
    <Group mb="lg" gap="sm" role="search" aria-label={t("list.toolbar")}>
      <SearchField label={t("list.search")} value={value.search} onChange={(search) => onChange({ search })} />
      {(tags.length > 0 || value.tag) && (
        <NativeSelect
          aria-label={t("list.tag")}
          value={value.tag ?? ""}
          onChange={(event) => onChange({ tag: event.currentTarget.value || undefined })}
          data={[{ value: "", label: t("list.allTags") }, ...tags.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
    </Group>
  );
}
