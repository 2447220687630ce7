import { Group, MultiSelect, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Dataset, Member } from "@/api/types";
import { IconPicker } from "@/features/apps/icon-picker";
import { DEFAULT_ICON, iconOf, toIcon } from "@/features/knowledge/dataset-icon";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { Part, type PartProps, SavedForm } from "@/features/knowledge/settings/part";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

const PERMISSIONS = ["all_team_members", "only_me", "partial_members"] as const;

const valuesOf = (dataset: Dataset) => ({
  name: dataset.name,
  description: dataset.description,
  icon: iconOf(dataset),
  permission: dataset.permission,
  members: dataset.members,
});

/** Name, description, sign, and who may see the dataset. */
export function GeneralPart({ dataset, mayEdit }: PartProps) {
  const { t } = useTranslation("knowledge-settings");
  const workspace = useWorkspace();
  const update = useUpdateDataset(dataset.id);
  const [edited, setEdited] = useState<ReturnType<typeof valuesOf> | null>(null);
  const values = edited ?? valuesOf(dataset);
  const set = (change: Partial<typeof values>) => setEdited({ ...values, ...change });
  const fields = fieldErrors(update.error);
  const { data: members } = useQuery({
    queryKey: keys.members(workspace.id),
    queryFn: ({ signal }) => api.get<Member[]>(workspace.path("/members"), { signal }),
    enabled: values.permission === "partial_members",
  });
  const save = () => {
    const { icon, name, ...rest } = values;
    update.mutate({ ...rest, name: name.trim(), ...(icon ? { icon: toIcon(icon) } : {}) }, { onSuccess: () => setEdited(null) });
  };
  return (
    <Part title={t("general.title")}>
      <SavedForm
        changed={edited !== null}
        saving={update.isPending}
        saved={update.isSuccess}
        disabled={!values.name.trim()}
        error={Object.keys(fields).length > 0 ? null : update.error}
        mayEdit={mayEdit}
        onSave={save}
        onReset={() => {
          update.reset();
          setEdited(null);
        }}
      >
        <Group align="flex-end" wrap="nowrap">
          {mayEdit && <IconPicker value={values.icon ?? DEFAULT_ICON} onChange={(icon) => set({ icon })} />}
          <TextInput
            flex={1}
            label={t("general.name")}
            maxLength={100}
            readOnly={!mayEdit}
            value={values.name}
            error={fields.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        </Group>
        <Textarea
          label={t("general.description")}
          description={t("general.descriptionHint")}
          autosize
          minRows={2}
          maxLength={400}
          readOnly={!mayEdit}
          value={values.description}
          error={fields.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
        <Select
          label={t("general.permission")}
          allowDeselect={false}
          readOnly={!mayEdit}
          value={values.permission}
          data={PERMISSIONS.map((one) => ({ value: one, label: t(`permission.${one}`) }))}
          onChange={(next) => set({ permission: PERMISSIONS.find((one) => one === next) ?? "all_team_members" })}
        />
        {values.permission === "partial_members" && (
          <MultiSelect
            label={t("general.members")}
            searchable
            readOnly={!mayEdit}
            data={(members ?? []).map((member) => ({ value: member.id, label: member.name || member.email }))}
            value={values.members}
            error={fields.members}
            onChange={(next) => set({ members: next })}
          />
        )}
      </SavedForm>
    </Part>
  );
}
