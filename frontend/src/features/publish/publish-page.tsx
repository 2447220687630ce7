import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { appQuery } from "@/features/apps/app-queries";
import { ApiExamples } from "@/features/publish/api-examples";
import { ApiKeys } from "@/features/publish/api-keys";
import { ApiSwitch } from "@/features/publish/api-switch";
import { LiveVersion } from "@/features/publish/live-version";
import { VersionTable } from "@/features/publish/version-table";
import { useWorkspace } from "@/lib/use-workspace";

/** What of the app others can use: the version that answers, the API, its keys and how to call it. */
export default function PublishPage() {
  const { t } = useTranslation("publish");
  const { appId } = useParams({ from: "/frame/app/$appId" });
  const workspace = useWorkspace();
  const { data: app, error, refetch } = useQuery(appQuery(workspace.id, appId));
  if (error && !app) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!app) return <PageSkeleton />;
  return (
    <Page width="60rem">
      <PageHeader title={t("title")} hint={t("hint")} />
      <Stack gap="xl">
        <LiveVersion app={app} />
        <ApiSwitch app={app} />
        <ApiKeys app={app} />
        <ApiExamples app={app} />
        <VersionTable app={app} />
      </Stack>
    </Page>
  );
}
