import { Badge, Button, CloseButton, Group, Skeleton, Stack } from "@mantine/core";
import { IconFilePlus, IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { BulkBar } from "@/features/knowledge/documents/bulk-bar";
import { DatasetProgress } from "@/features/knowledge/documents/dataset-progress";
import { DocumentsTable } from "@/features/knowledge/documents/documents-table";
import { DocumentsToolbar } from "@/features/knowledge/documents/documents-toolbar";
import { useSelection } from "@/lib/use-selection";
import { DOCUMENTS_PER_PAGE, datasetQuery, documentsQuery } from "@/features/knowledge/knowledge-queries";
import type { DocumentsSearch } from "@/features/knowledge/knowledge-search";
import { useWorkspace } from "@/lib/use-workspace";

const ListPages = lazy(() => import("@/components/list-pages"));

/** The documents of a dataset with where each stands. */
export default function DocumentsPage() {
  const { t } = useTranslation(["knowledge", "common"]);
  const { datasetId } = useParams({ from: "/frame/knowledge/$datasetId/documents" });
  const workspace = useWorkspace();
  const { data: dataset } = useQuery(datasetQuery(workspace.id, datasetId));
  const mayEdit = workspace.can("knowledge.edit");
  return (
    <Page width="86rem">
      <PageHeader
        title={t("common:crumb.documents")}
        actions={
          mayEdit && (
            <ButtonLink to="/knowledge/$datasetId/add" params={{ datasetId }} leftSection={<IconFilePlus size={16} aria-hidden />}>
              {t("common:crumb.add")}
            </ButtonLink>
          )
        }
      />
      {dataset ? <Documents dataset={dataset} mayEdit={mayEdit} /> : <Skeleton height={320} />}
    </Page>
  );
}

function Documents({ dataset, mayEdit }: { dataset: Dataset; mayEdit: boolean }) {
  const { t } = useTranslation(["knowledge", "common"]);
  const { id: ws } = useWorkspace();
  const search = useSearch({ from: "/frame/knowledge/$datasetId/documents" });
  const navigate = useNavigate({ from: "/knowledge/$datasetId/documents" });
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery(documentsQuery(ws, dataset.id, search));
  const selection = useSelection(data?.results);
  const filtered = Boolean(search.search || search.state || search.batch);
  const set = (change: Partial<DocumentsSearch>) => {
    // What is ticked out of sight would be acted on unseen.
    if ("search" in change || "state" in change || "batch" in change) selection.clear();
    void navigate({ search: (before) => ({ ...before, page: undefined, ...change }), replace: !("page" in change) });
  };
  const clear = () => set({ search: undefined, state: undefined, batch: undefined });
  const pages = data ? Math.ceil(data.total / DOCUMENTS_PER_PAGE) : 1;

  if (data?.total === 0 && !filtered) {
    return (
      <EmptyState
        icon={<IconFilePlus size={40} stroke={1.4} aria-hidden />}
        title={t("documents.emptyTitle")}
        hint={t(mayEdit ? "documents.emptyHint" : "documents.emptyViewer")}
      >
        {mayEdit && (
          <ButtonLink to="/knowledge/$datasetId/add" params={{ datasetId: dataset.id }}>
            {t("common:crumb.add")}
          </ButtonLink>
        )}
      </EmptyState>
    );
  }
  return (
    <>
      <DatasetProgress dataset={dataset} onFailed={() => set({ state: "error", search: undefined, batch: undefined })} />
      <DocumentsToolbar value={search} onChange={set} />
      {search.batch && (
        <Group mb="sm">
          <Badge
            size="lg"
            variant="light"
            tt="none"
            fw={500}
            rightSection={<CloseButton size="xs" aria-label={t("documents.batchClear")} onClick={() => set({ batch: undefined })} />}
          >
            {t("documents.batch")}
          </Badge>
        </Group>
      )}
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {isPending && (
        <Stack gap="xs" role="status" aria-label={t("common:state.loading")}>
          {Array.from({ length: 8 }, (_, index) => (
            <Skeleton key={index} height={48} />
          ))}
        </Stack>
      )}
      {data && data.results.length > 0 && (
        <>
          {mayEdit && <BulkBar dataset={dataset} selection={selection} page={data} search={search} />}
          <DocumentsTable dataset={dataset} documents={data.results} selection={mayEdit ? selection : null} busy={isPlaceholderData} />
          <Suspense fallback={null}>
            {pages > 1 && (
              <ListPages total={pages} page={search.page ?? 1} onChange={(page) => set({ page: page > 1 ? page : undefined })} />
            )}
          </Suspense>
        </>
      )}
      {data?.results.length === 0 && (
        <EmptyState
          icon={<IconSearchOff size={36} stroke={1.4} aria-hidden />}
          title={t("documents.filteredTitle")}
          hint={search.search ? t("documents.filteredSearch", { search: search.search }) : t("documents.filteredState")}
        >
          <Button variant="default" onClick={clear}>
            {t("list.clearFilter")}
          </Button>
        </EmptyState>
      )}
    </>
  );
}
