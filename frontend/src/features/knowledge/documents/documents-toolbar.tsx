import { Group, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DOCUMENT_SORTS, DOCUMENT_STATES, type DocumentsSearch } from "@/features/knowledge/knowledge-search";
import { SearchField } from "@/components/search-field";

interface Props {
  value: DocumentsSearch;
  onChange: (change: Partial<DocumentsSearch>) => void;
}

/** Search, state and order of the documents; all of it stands in the URL. */
export function DocumentsToolbar({ value, onChange }: Props) {
  const { t } = useTranslation("knowledge");
  return (
    <Group mb="md" gap="sm" role="search" aria-label={t("list.toolbar")}>
      <SearchField label={t("documents.search")} value={value.search} onChange={(search) => onChange({ search })} />
      <NativeSelect
        aria-label={t("documents.state")}
        value={value.state ?? ""}
        onChange={(event) => onChange({ state: DOCUMENT_STATES.find((state) => state === event.currentTarget.value) })}
        data={[
          { value: "", label: t("documents.allStates") },
          ...DOCUMENT_STATES.map((state) => ({ value: state, label: t(`state.${state}`) })),
        ]}
      />
      <NativeSelect
        aria-label={t("documents.sort")}
        value={value.sort ?? "-created_at"}
        onChange={(event) => {
          const sort = DOCUMENT_SORTS.find((one) => one === event.currentTarget.value);
          onChange({ sort: sort === "-created_at" ? undefined : sort });
        }}
        data={DOCUMENT_SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
      />
    </Group>
  );
}
