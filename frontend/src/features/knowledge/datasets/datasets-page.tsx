import { Button } from "@mantine/core";
import { IconBooks, IconPlus, IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { DatasetCard } from "@/features/knowledge/datasets/dataset-card";
import classes from "@/components/list-card.module.css";
import { CardsSkeleton } from "@/components/cards-skeleton";
import { DatasetsToolbar } from "@/features/knowledge/datasets/datasets-toolbar";
import { DATASETS_PER_PAGE, datasetsQuery, tagsQuery, usesQuery } from "@/features/knowledge/knowledge-queries";
import type { DatasetsSearch } from "@/features/knowledge/knowledge-search";
import { useDatasetsChanges } from "@/features/knowledge/use-knowledge-changes";
import { useWorkspace } from "@/lib/use-workspace";

const ListPages = lazy(() => import("@/components/list-pages"));

/** The datasets of the workspace that one may see. */
export default function DatasetsPage() {
  const { t } = useTranslation(["knowledge", "common"]);
  const workspace = useWorkspace();
  const search = useSearch({ from: "/frame/knowledge" });
  const navigate = useNavigate({ from: "/knowledge" });
  useDatasetsChanges();
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(datasetsQuery(workspace.id, search));
  const { data: tags = [] } = useQuery(tagsQuery(workspace.id));
  const { data: uses } = useQuery(usesQuery(workspace.id, data?.results.map((dataset) => dataset.id) ?? []));
  const mayEdit = workspace.can("knowledge.edit");
  const filtered = Boolean(search.search || search.tag);
  const set = (change: Partial<DatasetsSearch>) =>
    void navigate({ search: (before) => ({ ...before, page: undefined, ...change }), replace: !("page" in change) });
  const pages = data ? Math.ceil(data.total / DATASETS_PER_PAGE) : 1;
  const add = mayEdit && (
    <ButtonLink to="/knowledge/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {t("list.new")}
    </ButtonLink>
  );

  return (
    <Page>
      <PageHeader title={t("common:nav.knowledge")} hint={t("list.hint")} actions={data && (data.total > 0 || filtered) && add} />
      {(filtered || (data?.total ?? 0) > 0) && <DatasetsToolbar value={search} tags={tags} onChange={set} />}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && <CardsSkeleton />}
      {data && data.results.length > 0 && (
        <div aria-busy={isPlaceholderData} className={classes.results}>
          <div className={classes.cards}>
            {data.results.map((dataset) => (
              <DatasetCard key={dataset.id} dataset={dataset} apps={uses?.find((use) => use.dataset_id === dataset.id)?.apps} />
            ))}
          </div>
          <Suspense fallback={null}>
            {pages > 1 && (
              <ListPages total={pages} page={search.page ?? 1} onChange={(page) => set({ page: page > 1 ? page : undefined })} />
            )}
          </Suspense>
        </div>
      )}
      {data?.total === 0 && filtered && (
        <EmptyState
          icon={<IconSearchOff size={36} stroke={1.4} aria-hidden />}
          title={t("list.filteredTitle")}
          hint={search.search ? t("list.filteredSearch", { search: search.search }) : t("list.filteredTag")}
        >
          <Button variant="default" onClick={() => set({ search: undefined, tag: undefined })}>
            {t("list.clearFilter")}
          </Button>
        </EmptyState>
      )}
      {data?.total === 0 && !filtered && (
        <EmptyState
          icon={<IconBooks size={40} stroke={1.4} aria-hidden />}
          title={t("list.emptyTitle")}
          hint={mayEdit ? t("list.emptyHint") : t("list.emptyViewer")}
        >
          {add}
        </EmptyState>
      )}
    </Page>
  );
}
