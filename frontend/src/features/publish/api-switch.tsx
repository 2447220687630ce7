import { Alert, Group, Paper, Switch, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { CopyField } from "@/components/copy-field";
import { useUpdateApp } from "@/features/apps/app-mutations";
import { apiBase } from "@/features/publish/examples";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

/** The app's API on or off, and where it is. */
export function ApiSwitch({ app }: { app: App }) {
  const { t } = useTranslation("publish");
  const words = useErrorText();
  const workspace = useWorkspace();
  const update = useUpdateApp(app.id);
  return (
    <Paper component="section" withBorder radius="md" p="lg" aria-labelledby="api-title">
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <div>
          <Title order={2} size="h4" id="api-title">
            {t("api.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {app.api_enabled ? (app.published ? t("api.on") : t("api.onUnpublished")) : t("api.off")}
          </Text>
        </div>
        <Switch
          label={t("api.enabled")}
          checked={app.api_enabled}
          disabled={!workspace.can("app.publish")}
          onChange={(event) => update.mutate({ api_enabled: event.currentTarget.checked })}
        />
      </Group>
      {update.error && (
        <Alert color="red" variant="light" mb="sm" role="alert">
          {words(update.error)}
        </Alert>
      )}
      <CopyField label={t("api.base")} value={apiBase()} />
    </Paper>
  );
}
