import { Alert, Button, Group, Modal, Stack, TagsInput, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useTagApps } from "@/features/apps/app-mutations";
import { appTagsQuery } from "@/features/apps/app-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const LONGEST = 50;
const MOST = 20;

/** The tags that all of these have. */
export function commonTags(apps: readonly Pick<App, "tags">[]): string[] {
  const [first, ...rest] = apps;
  return first ? first.tags.filter((tag) => rest.every((app) => app.tags.includes(tag))) : [];
}

/** The tags of one app, or those that several have in common; the others of each stay. */
export default function AppTagsDialog({ apps, onClose }: { apps: readonly App[]; onClose: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const { data: known = [] } = useQuery(appTagsQuery(workspace.id));
  const save = useTagApps();
  const [before] = useState(() => commonTags(apps));
  const [tags, setTags] = useState(before);
  const [only] = apps;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = { add: tags.filter((tag) => !before.includes(tag)), remove: before.filter((tag) => !tags.includes(tag)) };
    save.mutate({ apps, ...change }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={apps.length === 1 && only ? t("tags.title", { name: only.name }) : t("tags.titleMany", { count: apps.length })}
    >
      <form onSubmit={submit}>
        <Stack>
          <TagsInput
            label={t("tags.label")}
            description={t("tags.hint")}
            data={known.map((tag) => tag.name)}
            value={tags}
            onChange={(given) => setTags(given.map((tag) => tag.trim().slice(0, LONGEST)).filter(Boolean))}
            maxTags={MOST}
            clearable={false}
            data-autofocus
          />
          {apps.length > 1 && (
            <Text size="sm" c="dimmed">
              {t("tags.common")}
            </Text>
          )}
          {save.error && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
