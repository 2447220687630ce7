import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RenameDialog } from "@/features/knowledge/document/rename-dialog";
import { ReplaceDialog } from "@/features/knowledge/document/replace-dialog";
import MetadataDialog from "@/features/knowledge/documents/metadata-dialog";
import RecutDialog from "@/features/knowledge/documents/recut-dialog";
import type { DocumentDialog } from "@/features/knowledge/documents/document-menu";
import { useDocumentAction } from "@/features/knowledge/knowledge-mutations";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  open: DocumentDialog;
  onClose: () => void;
}

/** The dialogs that a document's menu opens. */
export default function DocumentDialogs({ dataset, document, open, onClose }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const act = useDocumentAction(dataset.id);
  if (open === "rename") return <RenameDialog dataset={dataset} document={document} onClose={onClose} />;
  if (open === "replace") return <ReplaceDialog dataset={dataset} document={document} onClose={onClose} />;
  if (open === "recut") return <RecutDialog dataset={dataset} documents={[document]} onClose={onClose} />;
  if (open === "metadata") return <MetadataDialog dataset={dataset} documents={[document]} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={t("documents.deleteTitle", { name: document.name })}
      text={t("bulk.deleteText")}
      confirm={t("common:action.delete")}
      error={act.error}
      busy={act.isPending}
      onConfirm={() => act.mutate({ action: "delete", ids: [document.id] }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
