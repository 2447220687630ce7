import { Group, NativeSelect, SegmentedControl } from "@mantine/core";
import { IconLayoutGrid, IconList } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SearchField } from "@/components/search-field";
import { appTagsQuery } from "@/features/apps/app-queries";
import { APP_MODES, APPS_SORTS, type AppsSearch, type AppsView, storeView } from "@/features/apps/apps-search";
import { membersQuery } from "@/features/settings/member-queries";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  value: AppsSearch;
  view: AppsView;
  onChange: (change: Partial<AppsSearch>) => void;
}

/** Search, filters, order and shape of the list; all of it stands in the URL. */
export function AppsToolbar({ value, view, onChange }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const me = useMe();
  const workspace = useWorkspace();
  const { data: tags = [] } = useQuery(appTagsQuery(workspace.id));
  const { data: members = [] } = useQuery(membersQuery(workspace.id));
  const others = members.filter((member) => member.user_id !== me.id);
  const choose = (shape: string) => {
    const chosen: AppsView = shape === "table" ? "table" : "cards";
    storeView(chosen);
    onChange({ view: chosen });
  };
  return (
    <Group mb="lg" gap="sm" role="search" aria-label={t("toolbar.label")}>
      <SearchField label={t("toolbar.search")} value={value.search} onChange={(search) => onChange({ search })} />
      <NativeSelect
        aria-label={t("toolbar.mode")}
        value={value.mode ?? ""}
        onChange={(event) => onChange({ mode: APP_MODES.find((mode) => mode === event.currentTarget.value) })}
        data={[{ value: "", label: t("toolbar.allModes") }, ...APP_MODES.map((mode) => ({ value: mode, label: t(`common:mode.${mode}`) }))]}
      />
      {(tags.length > 0 || value.tag) && (
        <NativeSelect
          aria-label={t("toolbar.tag")}
          value={value.tag ?? ""}
          onChange={(event) => onChange({ tag: event.currentTarget.value || undefined })}
          data={[
            { value: "", label: t("toolbar.allTags") },
            ...tags.map(({ name, apps }) => ({ value: name, label: `${name} (${apps})` })),
          ]}
        />
      )}
      <NativeSelect
        aria-label={t("toolbar.owner")}
        value={value.owner ?? ""}
        onChange={(event) => onChange({ owner: event.currentTarget.value || undefined })}
        data={[
          { value: "", label: t("toolbar.everybody") },
          { value: me.id, label: t("toolbar.mine") },
          ...others.map(({ user_id, name, email }) => ({ value: user_id, label: name || email })),
        ]}
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
        value={view}
        onChange={choose}
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
