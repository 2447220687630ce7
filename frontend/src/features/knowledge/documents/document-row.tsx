import { Checkbox, Group, Table, Text } from "@mantine/core";
import { IconFileText, IconTextCaption, IconWorld } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { type DocumentDialog, DocumentMenu } from "@/features/knowledge/documents/document-menu";
import { DocumentStateCell } from "@/features/knowledge/documents/document-state";
import classes from "@/features/knowledge/documents/documents.module.css";
import { useDocumentAction } from "@/features/knowledge/knowledge-mutations";
import { fileSize } from "@/lib/format";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";

const SIGNS = { upload_file: IconFileText, text: IconTextCaption, website: IconWorld } as const;

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  /** Null where nothing can be chosen. */
  chosen: boolean | null;
  onChoose: (on: boolean) => void;
  onDialog: (open: DocumentDialog) => void;
}

export function DocumentRow({ dataset, document, chosen, onChoose, onDialog }: Props) {
  const { t } = useTranslation("knowledge");
  const words = useErrorText();
  const number = new Intl.NumberFormat(useLanguage());
  const act = useDocumentAction(dataset.id);
  const Sign = SIGNS[document.source_type];
  return (
    <Table.Tr bg={chosen ? "var(--tm-selected)" : undefined}>
      {chosen !== null && (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={t("documents.choose", { name: document.name })}
            checked={chosen}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Sign size={18} stroke={1.5} className={classes.sign} role="img" aria-label={t(`source.${document.source_type}`)} />
          <div className={classes.text}>
            <AnchorLink
              to="/knowledge/$datasetId/documents/$documentId"
              params={{ datasetId: dataset.id, documentId: document.id }}
              fw={600}
              c="var(--mantine-color-text)"
              className={classes.name}
            >
              {document.name}
            </AnchorLink>
            <Source document={document} />
            {act.error && (
              <Text size="xs" c="var(--tm-bad)" role="alert">
                {words(act.error)}
              </Text>
            )}
          </div>
        </Group>
      </Table.Td>
      <Table.Td>
        <DocumentStateCell
          document={document}
          onAct={chosen === null ? null : (action) => act.mutate({ action, ids: [document.id] })}
          onRemedy={onDialog}
        />
      </Table.Td>
      <Table.Td className={classes.number}>{number.format(document.pieces)}</Table.Td>
      <Table.Td className={classes.number}>{number.format(document.word_count)}</Table.Td>
      <Table.Td className={classes.number}>{number.format(document.hit_count)}</Table.Td>
      <Table.Td className={classes.added}>
        <RelativeTime value={document.created_at} />
        <Text size="xs" c="dimmed" truncate>
          {document.created_by}
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        <DocumentMenu
          dataset={dataset}
          document={document}
          mayEdit={chosen !== null}
          onAct={(action) => act.mutate({ action, ids: [document.id] })}
          onDialog={onDialog}
        />
      </Table.Td>
    </Table.Tr>
  );
}

/** Kind and size of a file, or the address of a page. */
function Source({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation("knowledge");
  const language = useLanguage();
  const extension = /\.([^.]{1,8})$/.exec(document.name)?.[1]?.toUpperCase();
  const kind = document.source_type === "upload_file" ? (extension ?? t("source.upload_file")) : t(`source.${document.source_type}`);
  const facts = [
    kind,
    ...(document.size_bytes > 0 ? [fileSize(document.size_bytes, language)] : []),
    ...(document.source_url && document.source_url !== document.name ? [document.source_url] : []),
  ];
  return (
    <Text size="xs" c="dimmed" className={classes.source}>
      {facts.join(" · ")}
    </Text>
  );
}
