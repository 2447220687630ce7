import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { appQuery } from "@/features/apps/app-queries";
import { ApiCard } from "@/features/publish/api-card";
import { EmbedCard } from "@/features/publish/embed-card";
import { LimitsCard } from "@/features/publish/limits-card";
import { LiveVersion } from "@/features/publish/live-version";
import { McpCard } from "@/features/publish/mcp-card";
import classes from "@/features/publish/publish-page.module.css";
import { VersionTable } from "@/features/publish/version-table";
import { WebAppCard } from "@/features/publish/web-app-card";
import { WebhookCard } from "@/features/publish/webhook-card";
import { useWorkspace } from "@/lib/use-workspace";

const PARTS = ["web", "embed", "api", "mcp", "webhook", "limits"] as const;

/** All ways to what is published: the version that answers, the app's own page, other sites, programs, assistants. */
export default function PublishPage() {
  const { t } = useTranslation("publish");
  const { appId } = useParams({ from: "/frame/app/$appId" });
  const workspace = useWorkspace();
  const { data: app, error, refetch } = useQuery(appQuery(workspace.id, appId));
  if (error && !app) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!app) return <PageSkeleton />;
  return (
    <Page width="72rem">
      <PageHeader title={t("title")} hint={t("hint")} />
      <div className={classes.columns}>
        <nav className={classes.contents} aria-label={t("contents")}>
          {PARTS.map((part) => (
            <a key={part} href={`#${part}`}>
              {t(`${part}.title`)}
            </a>
          ))}
        </nav>
        <Stack gap="xl" miw={0}>
          <LiveVersion app={app} />
          <WebAppCard app={app} />
          <EmbedCard app={app} />
          <ApiCard app={app} />
          <McpCard app={app} />
          <WebhookCard app={app} />
          <LimitsCard app={app} />
          <VersionTable app={app} />
        </Stack>
      </div>
    </Page>
  );
}
