import { CloseButton, Group, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconLayoutGrid, IconList, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { APP_MODES, APPS_SORTS, type AppsSearch } from "@/features/apps/apps-search";

interface Props {
  value: AppsSearch;
  onChange: (change: Partial<AppsSearch>) => void;
}

/** Search, filter, order and shape of the list; all of it stands in the URL. */
export function AppsToolbar({ value, onChange }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const [typed, setTyped] = useState(value.search ?? "");
  const search = useDebouncedCallback((text: string) => onChange({ search: text.trim() || undefined }), 250);

  // The field follows the URL (back button, «clear»), but not while its own typing is on the way there.
  const [shown, setShown] = useState(value.search);
  if (shown !== value.search) {
    setShown(value.search);
    if (typed.trim() !== (value.search ?? "")) setTyped(value.search ?? "");
  }

  const type = (text: string) => {
    setTyped(text);
    search(text);
  };
  return (
    <Group mb="lg" gap="sm" role="search" aria-label={t("toolbar.label")}>
      <TextInput
        flex="1 1 14rem"
        aria-label={t("toolbar.search")}
        placeholder={t("toolbar.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={typed && <CloseButton size="sm" aria-label={t("common:action.clear")} onClick={() => type("")} />}
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t("toolbar.mode")}
        value={value.mode ?? ""}
        onChange={(event) => onChange({ mode: APP_MODES.find((mode) => mode === event.currentTarget.value) })}
        data={[{ value: "", label: t("toolbar.allModes") }, ...APP_MODES.map((mode) => ({ value: mode, label: t(`common:mode.${mode}`) }))]}
      />
      <NativeSelect
        aria-label={t("toolbar.sort")}
        value={value.sort ?? "-updated_at"}
        onChange={(event) => {
          const sort = APPS_SORTS.find((one) => one === event.currentTarget.value);
          onChange({ sort: sort === "-updated_at" ? undefined : sort });
        }}
        data={APPS_SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
      />
      <SegmentedControl
        aria-label={t("toolbar.view")}
        value={value.view ?? "cards"}
        onChange={(view) => onChange({ view: view === "table" ? "table" : undefined })}
        data={[
          { value: "cards", label: <ViewLabel icon={<IconLayoutGrid size={16} aria-hidden />} text={t("toolbar.cards")} /> },
          { value: "table", label: <ViewLabel icon={<IconList size={16} aria-hidden />} text={t("toolbar.table")} /> },
        ]}
      />
    </Group>
  );
}

function ViewLabel({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      {icon}
      <span>{text}</span>
    </Group>
  );
}
