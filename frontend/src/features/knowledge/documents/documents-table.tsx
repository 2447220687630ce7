import { Checkbox, Table, VisuallyHidden } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { DocumentRow } from "@/features/knowledge/documents/document-row";
import type { DocumentDialog } from "@/features/knowledge/documents/document-menu";
import classes from "@/features/knowledge/documents/documents.module.css";
import type { Selection } from "@/lib/use-selection";

const DocumentDialogs = lazy(() => import("@/features/knowledge/documents/document-dialogs"));

interface Props {
  dataset: Dataset;
  documents: readonly KnowledgeDocument[];
  /** Null for those who may only look. */
  selection: Selection<KnowledgeDocument> | null;
  busy: boolean;
}

export function DocumentsTable({ dataset, documents, selection, busy }: Props) {
  const { t } = useTranslation("knowledge");
  const [dialog, setDialog] = useState<{ open: DocumentDialog; document: KnowledgeDocument } | null>(null);
  const ticked = documents.filter(({ id }) => selection?.chosen.has(id)).length;
  return (
    <>
      <Table.ScrollContainer minWidth={860} scrollAreaProps={{ tabIndex: 0 }}>
        <Table
          verticalSpacing="xs"
          highlightOnHover
          withTableBorder
          bg="var(--mantine-color-body)"
          aria-label={t("documents.table")}
          aria-busy={busy}
          className={classes.table}
        >
          <Table.Thead>
            <Table.Tr>
              {selection && (
                <Table.Th w={40}>
                  <Checkbox
                    size="xs"
                    aria-label={t("documents.choosePage")}
                    checked={ticked === documents.length}
                    indeterminate={ticked > 0 && ticked < documents.length}
                    onChange={() => selection.choose(documents, ticked < documents.length)}
                  />
                </Table.Th>
              )}
              <Table.Th>{t("column.name")}</Table.Th>
              <Table.Th w="17rem">{t("column.state")}</Table.Th>
              <Table.Th ta="end">{t("column.pieces")}</Table.Th>
              <Table.Th ta="end">{t("column.words")}</Table.Th>
              <Table.Th ta="end">{t("column.hits")}</Table.Th>
              <Table.Th>{t("column.added")}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t("column.actions")}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {documents.map((document) => (
              <DocumentRow
                key={document.id}
                dataset={dataset}
                document={document}
                chosen={selection ? selection.chosen.has(document.id) : null}
                onChoose={(on) => selection?.choose([document], on)}
                onDialog={(open) => setDialog({ open, document })}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Suspense fallback={null}>
        {dialog && <DocumentDialogs dataset={dataset} document={dialog.document} open={dialog.open} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
