import { Button } from "@mantine/core";
import { IconArrowLeft, IconPlus, IconSearchOff, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { CardsSkeleton } from "@/components/cards-skeleton";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import classes from "@/components/list-card.module.css";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { AppCard } from "@/features/apps/app-card";
import { APPS_PER_PAGE, appsQuery, appWeeksQuery } from "@/features/apps/app-queries";
import { type AppsSearch, filtersOf, storedView } from "@/features/apps/apps-search";
import { AppsToolbar } from "@/features/apps/apps-toolbar";
import { ImportDropZone } from "@/features/apps/import-drop-zone";
import { TemplateShelf } from "@/features/apps/template-shelf";
import { useMe } from "@/lib/use-me";
import { useSelection } from "@/lib/use-selection";
import { useWorkspace } from "@/lib/use-workspace";

const AppsTable = lazy(() => import("@/features/apps/apps-table"));
const AppsBulkBar = lazy(() => import("@/features/apps/apps-bulk-bar"));
const AppsBin = lazy(() => import("@/features/apps/apps-bin"));
const ListPages = lazy(() => import("@/components/list-pages"));

export default function AppsPage() {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const me = useMe();
  const search = useSearch({ from: "/frame/apps" });
  const navigate = useNavigate({ from: "/apps" });
  const { view = storedView(), ...filter } = search;
  const bin = Boolean(search.bin);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(appsQuery(workspace.id, filter));
  const { data: weeks } = useQuery(appWeeksQuery(workspace.id, bin ? [] : (data?.results.map((app) => app.id) ?? [])));
  const weekOf = (id: Id) => weeks && (weeks.find((week) => week.app_id === id) ?? null);
  const selection = useSelection(bin ? [] : data?.results);
  const mayEdit = workspace.can("app.edit");
  const filters = filtersOf(search);
  const filtered = filters.length > 0;
  const set = (change: Partial<AppsSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...change }), replace: !("page" in change || "bin" in change) });
  const pages = data ? Math.ceil(data.total / APPS_PER_PAGE) : 1;
  const choosing = selection.chosen.size > 0;

  const list = data && data.results.length > 0 && !bin && (
    <div aria-busy={isPlaceholderData} className={classes.results} data-choosing={choosing || undefined}>
      {view === "table" ? (
        <AppsTable apps={data.results} weekOf={weekOf} selection={selection} />
      ) : (
        <div className={classes.cards}>
          {data.results.map((app) => (
            <AppCard key={app.id} app={app} week={weekOf(app.id)} selection={selection} />
          ))}
        </div>
      )}
    </div>
  );
  return (
    <ImportDropZone enabled={mayEdit && !bin}>
      <Page>
        <PageHeader
          title={bin ? t("bin.title") : t("title")}
          hint={bin ? undefined : t("hint")}
          actions={
            bin ? (
              <ButtonLink to="/apps" variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />}>
                {t("bin.back")}
              </ButtonLink>
            ) : (
              <>
                <ButtonLink
                  to="/apps"
                  search={{ bin: true }}
                  variant="subtle"
                  color="gray"
                  leftSection={<IconTrash size={16} aria-hidden />}
                >
                  {t("bin.title")}
                </ButtonLink>
                {mayEdit && (
                  <>
                    <ButtonLink to="/apps/new" search={{ tab: "import" }} variant="default">
                      {t("import.action")}
                    </ButtonLink>
                    <ButtonLink to="/apps/new" leftSection={<IconPlus size={16} aria-hidden />}>
                      {t("new.action")}
                    </ButtonLink>
                  </>
                )}
              </>
            )
          }
        />
        {!bin && (filtered || (data?.total ?? 1) > 0) && <AppsToolbar value={search} view={view} onChange={set} />}
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {isPending && <CardsSkeleton rows={bin || view === "table"} />}
        <Suspense fallback={<CardsSkeleton rows={bin || view === "table"} />}>
          <Suspense>{choosing && <AppsBulkBar selection={selection} />}</Suspense>
          {bin && data && <AppsBin apps={data.results} />}
          {list}
          {data && pages > 1 && (
            <ListPages total={pages} page={search.page ?? 1} onChange={(page) => set({ page: page > 1 ? page : undefined })} />
          )}
        </Suspense>
        {data?.total === 0 && !bin && filtered && (
          <EmptyState
            icon={<IconSearchOff size={36} stroke={1.4} aria-hidden />}
            title={t("empty.filteredTitle")}
            hint={
              filters.length > 1
                ? t("empty.filteredSeveral")
                : t(`empty.filtered.${search.owner === me.id ? "mine" : filters[0]}`, { search: search.search, tag: search.tag })
            }
          >
            <Button variant="default" onClick={() => set({ search: undefined, mode: undefined, tag: undefined, owner: undefined })}>
              {t("empty.clearFilter")}
            </Button>
          </EmptyState>
        )}
        {data?.total === 0 && !bin && !filtered && (
          <>
            <EmptyState title={t("empty.title")} hint={mayEdit ? t("empty.hint") : t("empty.viewer")} />
            {mayEdit && <TemplateShelf count={3} />}
          </>
        )}
      </Page>
    </ImportDropZone>
  );
}
