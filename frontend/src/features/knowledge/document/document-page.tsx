import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { ButtonLink } from "@/components/links";
import { useDocumentTitle } from "@/components/page-header";
import { PageSkeleton } from "@/components/page-skeleton";
import classes from "@/features/knowledge/document/document.module.css";
import { DocumentHeader } from "@/features/knowledge/document/document-header";
import { DocumentStage } from "@/features/knowledge/document/document-stage";
import { OriginalText } from "@/features/knowledge/document/original-text";
import { PiecesPane } from "@/features/knowledge/document/pieces-pane";
import { usePieces } from "@/features/knowledge/document/use-pieces";
import { datasetQuery, documentQuery } from "@/features/knowledge/knowledge-queries";
import { useWorkspace } from "@/lib/use-workspace";

/** One document: what was read of it beside the pieces it was cut into. */
export default function DocumentPage() {
  const { datasetId, documentId } = useParams({ from: "/frame/knowledge/$datasetId/documents/$documentId" });
  // Another document starts anew: neither its page nor its drafts are those of the one before.
  return <DocumentView key={documentId} datasetId={datasetId} documentId={documentId} />;
}

function DocumentView({ datasetId, documentId }: { datasetId: string; documentId: string }) {
  const { t } = useTranslation("knowledge-document");
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const { data: dataset } = useQuery(datasetQuery(workspace.id, datasetId));
  const { data: document, error, refetch } = useQuery(documentQuery(workspace.id, datasetId, documentId));
  const pieces = usePieces(datasetId, documentId);
  useDocumentTitle(document?.name);

  if (error instanceof ApiError && error.status === 404) {
    return (
      <EmptyState page title={t("gone.title")} hint={t("gone.hint")}>
        <ButtonLink to="/knowledge/$datasetId/documents" params={{ datasetId }}>
          {t("gone.action")}
        </ButtonLink>
      </EmptyState>
    );
  }
  if (error && !document) return <ErrorState error={error} onRetry={() => void refetch()} page />;
  if (!document || !dataset) return <PageSkeleton />;
  return (
    <div className={classes.page}>
      <DocumentHeader
        dataset={dataset}
        document={document}
        onDeleted={() => void navigate({ to: "/knowledge/$datasetId/documents", params: { datasetId } })}
      />
      <DocumentStage dataset={dataset} document={document} />
      {(document.searchable || document.stage === "completed") && (
        <div className={classes.panes}>
          <OriginalText dataset={dataset} document={document} pieces={pieces} />
          <PiecesPane document={document} place={{ dataset: datasetId, document: documentId }} pieces={pieces} />
        </div>
      )}
    </div>
  );
}
