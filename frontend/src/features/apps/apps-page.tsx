import { Button } from "@mantine/core";
import { IconPlus, IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { AppCard } from "@/features/apps/app-card";
import { APPS_PER_PAGE, appsQuery } from "@/features/apps/app-queries";
import classes from "@/features/apps/apps-page.module.css";
import type { AppsSearch } from "@/features/apps/apps-search";
import { AppsSkeleton } from "@/features/apps/apps-skeleton";
import { AppsToolbar } from "@/features/apps/apps-toolbar";
import { ImportDropZone } from "@/features/apps/import-drop-zone";
import { TemplateShelf } from "@/features/apps/template-shelf";
import { useWorkspace } from "@/lib/use-workspace";

const AppsTable = lazy(() => import("@/features/apps/apps-table"));
const ListPages = lazy(() => import("@/components/list-pages"));

export default function AppsPage() {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const search = useSearch({ from: "/frame/apps" });
  const navigate = useNavigate({ from: "/apps" });
  const { view, ...filter } = search;
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(appsQuery(workspace.id, filter));
  const mayEdit = workspace.can("app.edit");
  const filtered = Boolean(search.search || search.mode);
  const set = (change: Partial<AppsSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...change }), replace: !("page" in change) });
  const pages = data ? Math.ceil(data.total / APPS_PER_PAGE) : 1;

  return (
    <ImportDropZone enabled={mayEdit}>
      <Page>
        <PageHeader
          title={t("title")}
          hint={t("hint")}
          actions={
            mayEdit && (
              <>
                <ButtonLink to="/apps/new" search={{ tab: "import" }} variant="default">
                  {t("import.action")}
                </ButtonLink>
                <ButtonLink to="/apps/new" leftSection={<IconPlus size={16} aria-hidden />}>
                  {t("new.action")}
                </ButtonLink>
              </>
            )
          }
        />
        {(filtered || (data?.total ?? 1) > 0) && <AppsToolbar value={search} onChange={set} />}
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {isPending && <AppsSkeleton />}
        {data && data.results.length > 0 && (
          <Suspense fallback={<AppsSkeleton />}>
            <div aria-busy={isPlaceholderData} className={classes.results}>
              {view === "table" ? (
                <AppsTable apps={data.results} />
              ) : (
                <div className={classes.cards}>
                  {data.results.map((app) => (
                    <AppCard key={app.id} app={app} />
                  ))}
                </div>
              )}
              {pages > 1 && (
                <ListPages total={pages} page={search.page ?? 1} onChange={(page) => set({ page: page > 1 ? page : undefined })} />
              )}
            </div>
          </Suspense>
        )}
        {data?.total === 0 && filtered && (
          <EmptyState
            icon={<IconSearchOff size={36} stroke={1.4} aria-hidden />}
            title={t("empty.filteredTitle")}
            hint={search.search ? t("empty.filteredSearch", { search: search.search }) : t("empty.filteredMode")}
          >
            <Button variant="default" onClick={() => set({ search: undefined, mode: undefined })}>
              {t("empty.clearFilter")}
            </Button>
          </EmptyState>
        )}
        {data?.total === 0 && !filtered && (
          <>
            <EmptyState title={t("empty.title")} hint={mayEdit ? t("empty.hint") : t("empty.viewer")} />
            {mayEdit && <TemplateShelf count={3} />}
          </>
        )}
      </Page>
    </ImportDropZone>
  );
}
