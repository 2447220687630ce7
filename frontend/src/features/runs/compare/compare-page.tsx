import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { useDocumentTitle } from "@/components/page-header";
import { useWorkspace } from "@/lib/use-workspace";
import { runQuery } from "../data";
import { Compared } from "./compared";

/** Two runs side by side. */
export default function ComparePage() {
  const { t } = useTranslation("compare");
  const { appId } = useParams({ from: "/frame/app/$appId/runs/compare" });
  const { a = "", b = "" } = useSearch({ from: "/frame/app/$appId/runs/compare" });
  const workspace = useWorkspace();
  const two = a !== "" && b !== "" && a !== b;
  const before = useQuery({ ...runQuery(workspace.id, a), enabled: two });
  const after = useQuery({ ...runQuery(workspace.id, b), enabled: two });
  useDocumentTitle(t("title"));
  if (!two) {
    return (
      <EmptyState page title={t("choose.title")} hint={t("choose.hint")}>
        <ButtonLink to="/app/$appId/runs" params={{ appId }}>
          {t("choose.go")}
        </ButtonLink>
      </EmptyState>
    );
  }
  const failed = [before, after].find((query) => query.error && !query.data);
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} page />;
  if (!before.data || !after.data) return <Skeleton height="100%" radius={0} aria-label={t("loading")} />;
  return <Compared key={`${a} ${b}`} appId={appId} a={before.data} b={after.data} workspaceId={workspace.id} />;
}
