import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconDownload, IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { ErrorState } from "@/components/error-state";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import { appQuery } from "@/features/apps/app-queries";
import { logExportUrl, logsRuns } from "@/features/insights/insights-queries";
import type { LogsSearch } from "@/features/insights/insights-search";
import { ConversationLog } from "@/features/insights/logs/conversation-log";
import { LogsToolbar } from "@/features/insights/logs/logs-toolbar";
import { RunLog } from "@/features/insights/logs/run-log";
import { LogsTabs } from "@/features/insights/logs-tabs";
import { useWorkspace } from "@/lib/use-workspace";

/** What people and programs have asked the app: conversations, or the runs of a workflow. Every filter stands in the URL. */
export default function LogsPage() {
  const { t } = useTranslation(["logs", "common"]);
  const { appId } = useParams({ from: "/frame/app/$appId/logs" });
  const search = useSearch({ from: "/frame/app/$appId/logs" });
  const navigate = useNavigate({ from: "/app/$appId/logs" });
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data: app, error, refetch } = useQuery(appQuery(workspace.id, appId));
  if (error && !app) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!app) return <PageSkeleton />;
  const runs = logsRuns(app.mode);
  const change = (patch: Partial<LogsSearch>) => void navigate({ search: (old) => ({ ...old, page: undefined, ...patch }), replace: true });
  const turn = (page: number) => void navigate({ search: (old) => ({ ...old, page: page > 1 ? page : undefined }) });
  const clear = () => void navigate({ search: { sort: search.sort }, replace: true });
  return (
    <Page width="88rem">
      <PageHeader
        title={t("title")}
        hint={t(runs ? "hintRuns" : "hint")}
        actions={
          <>
            <Tooltip label={t("refresh")}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t("refresh")}
                onClick={() => void client.invalidateQueries({ queryKey: keys.logs(workspace.id, appId) })}
              >
                <IconRefresh size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <ExportMenu address={(format) => logExportUrl(workspace.id, appId, search, format)} />
          </>
        }
      />
      {!runs && <LogsTabs appId={appId} current="logs" />}
      <LogsToolbar appId={appId} runs={runs} value={search} onChange={change} onView={(view) => void navigate({ search: view })} />
      {runs ? (
        <RunLog appId={appId} search={search} onPage={turn} onClear={clear} onChange={change} />
      ) : (
        <ConversationLog appId={appId} search={search} onPage={turn} onClear={clear} onChange={change} />
      )}
    </Page>
  );
}

/** Downloads what the filters let through. */
function ExportMenu({ address }: { address: (format: "csv" | "jsonl") => string }) {
  const { t } = useTranslation(["logs", "common"]);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          {t("common:action.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("export.label")}</Menu.Label>
        {(["csv", "jsonl"] as const).map((format) => (
          <Menu.Item key={format} component="a" href={address(format)} download>
            {t(`export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
