import { Button, Group, SimpleGrid, Switch } from "@mantine/core";
import { IconBook2, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { CopyField } from "@/components/copy-field";
import { useUpdateApp } from "@/features/apps/app-mutations";
import { ApiExamples } from "@/features/publish/api-examples";
import { ApiKeys } from "@/features/publish/api-keys";
import { PublishCard } from "@/features/publish/card";
import { apiBase, openaiBase } from "@/features/publish/examples";
import { Failure } from "@/features/publish/failure";
import { useWorkspace } from "@/lib/use-workspace";

/** The app for programs: on or off, where it is, the keys, how to call it. */
export function ApiCard({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const workspace = useWorkspace();
  const update = useUpdateApp(app.id);
  return (
    <PublishCard
      id="api"
      title={t("api.title")}
      hint={app.api_enabled ? (app.published ? t("api.on") : t("api.onUnpublished")) : t("api.off")}
      aside={
        <Switch
          label={t("api.enabled")}
          checked={app.api_enabled}
          disabled={!workspace.can("app.publish")}
          onChange={(event) => update.mutate({ api_enabled: event.currentTarget.checked })}
        />
      }
    >
      <Failure error={update.error} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CopyField label={t("api.base")} value={apiBase()} />
        <CopyField label={t("api.openai")} value={openaiBase()} />
      </SimpleGrid>
      {app.published && (
        <Group>
          <Button
            component="a"
            size="xs"
            variant="default"
            href={`/api-docs/${workspace.id}/${app.id}`}
            target="_blank"
            rel="noopener"
            leftSection={<IconBook2 size={14} aria-hidden />}
          >
            {t("api.reference")}
          </Button>
          <Button
            component="a"
            size="xs"
            variant="default"
            href={workspace.path(`/apps/${app.id}/openapi.json`)}
            download={`${app.name}-openapi.json`}
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {t("api.document")}
          </Button>
        </Group>
      )}
      <ApiKeys app={app} />
      <ApiExamples app={app} />
    </PublishCard>
  );
}
