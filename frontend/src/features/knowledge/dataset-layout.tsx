import { Skeleton, Text } from "@mantine/core";
import { IconFileText, IconSearch, IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useParams } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { HeaderSlotTarget } from "@/components/header-slot";
import { ButtonLink, PlainLink } from "@/components/links";
import { useDocumentTitle } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import classes from "@/features/apps/app-layout.module.css";
import { DatasetIcon } from "@/features/knowledge/dataset-icon";
import { datasetQuery } from "@/features/knowledge/knowledge-queries";
import { useDatasetChanges } from "@/features/knowledge/use-knowledge-changes";
import { useWorkspace } from "@/lib/use-workspace";

const PARTS = [
  { part: "documents", to: "/knowledge/$datasetId/documents", icon: IconFileText },
  { part: "retrieval", to: "/knowledge/$datasetId/retrieval", icon: IconSearch },
  { part: "settings", to: "/knowledge/$datasetId/settings", icon: IconSettings },
] as const;

/** A dataset's name and parts, over the open one. */
export default function DatasetLayout() {
  const { t } = useTranslation(["knowledge", "common"]);
  const { datasetId } = useParams({ from: "/frame/knowledge/$datasetId" });
  const workspace = useWorkspace();
  const place = useLocation().pathname.split("/")[3];
  const open = place === "add" ? "documents" : place;
  const { data: dataset, error, refetch } = useQuery(datasetQuery(workspace.id, datasetId));
  useDatasetChanges(datasetId);
  useDocumentTitle(dataset?.name);

  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState page title={t("gone.title")} hint={t("gone.hint")}>
        <ButtonLink to="/knowledge">{t("gone.action")}</ButtonLink>
      </EmptyState>
    );
  }
  if (error && !dataset) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  return (
    <div className={classes.layout}>
      <div className={classes.header}>
        {dataset ? <DatasetIcon dataset={dataset} size={28} /> : <Skeleton width={28} height={28} />}
        <Text component="span" fw={650} className={classes.name} title={dataset?.name}>
          {dataset?.name ?? ""}
        </Text>
        <nav className={classes.tabs} aria-label={t("tab.label")}>
          {PARTS.map(({ part, to, icon: Icon }) => (
            <PlainLink key={part} to={to} params={{ datasetId }} className={classes.tab} aria-current={open === part ? "page" : undefined}>
              <Icon size={16} aria-hidden />
              {t(`common:crumb.${part}`)}
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
