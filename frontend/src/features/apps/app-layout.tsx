import { Button, Skeleton, Text } from "@mantine/core";
import { IconChartLine, IconHistory, IconMessages, IconRocket, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { AppIcon } from "@/components/app-icon";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { HeaderSlotTarget } from "@/components/header-slot";
import { ButtonLink, PlainLink } from "@/components/links";
import { useDocumentTitle } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import classes from "@/features/apps/app-layout.module.css";
import { AppMenu } from "@/features/apps/lazy-app-menu";
import { appQuery } from "@/features/apps/app-queries";
import { isSimple } from "@/features/simple/settings";
import { useCommandBar } from "@/lib/commands";
import { useWorkspace } from "@/lib/use-workspace";

const PresenceFaces = lazy(() => import("@/features/presence/presence-faces"));

const PARTS = [
  { part: "canvas", to: "/app/$appId/canvas", icon: IconSitemap },
  { part: "runs", to: "/app/$appId/runs", icon: IconHistory },
  { part: "logs", to: "/app/$appId/logs", icon: IconMessages },
  { part: "overview", to: "/app/$appId/overview", icon: IconChartLine },
  { part: "publish", to: "/app/$appId/publish", icon: IconRocket },
] as const;

/** Annotations and test sets are reached from the logs and stand under their tab. */
function tabOf(pathname: string): string | undefined {
  const part = pathname.split("/")[3];
  return part === "annotations" || part === "evals" ? "logs" : part;
}

export default function AppLayout() {
  const { t } = useTranslation(["apps", "common"]);
  const { appId } = useParams({ from: "/frame/app/$appId" });
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { data: app, error, refetch } = useQuery(appQuery(workspace.id, appId));
  useDocumentTitle(app?.name);
  const search = useCommandBar((bar) => bar.show);

  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState page title={t("gone.title")} hint={t("gone.hint")}>
        <ButtonLink to="/apps">{t("gone.action")}</ButtonLink>
        <Button variant="default" onClick={search}>
          {t("common:state.search")}
        </Button>
      </EmptyState>
    );
  }
  if (error && !app) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  return (
    <div className={classes.layout}>
      <div className={classes.header}>
        {app ? <AppIcon app={app} size={28} /> : <Skeleton width={28} height={28} />}
        <Text component="span" fw={650} className={classes.name} title={app?.description || undefined}>
          {app?.name ?? ""}
        </Text>
        {app && (
          <Text component="span" size="xs" c="dimmed" className={classes.mode}>
            {t(`common:mode.${app.mode}`)}
          </Text>
        )}
        {app && <AppMenu app={app} onDeleted={() => void navigate({ to: "/apps" })} />}
        {app && (
          <Suspense fallback={null}>
            <PresenceFaces appId={app.id} />
          </Suspense>
        )}
        <nav className={classes.tabs} aria-label={t("tab.label")}>
          {PARTS.map(({ part, to, icon: Icon }) => (
            <PlainLink
              key={part}
              to={to}
              params={{ appId }}
              className={classes.tab}
              aria-current={tabOf(pathname) === part ? "page" : undefined}
            >
              <Icon size={16} aria-hidden />
              {t(part === "canvas" && app && isSimple(app.mode) ? "tab.settings" : `tab.${part}`)}
            </PlainLink>
          ))}
        </nav>
        <HeaderSlotTarget className={classes.slot} />
      </div>
      <div className={classes.page}>
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
