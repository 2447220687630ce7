import { ActionIcon, Anchor, Badge, Group, Menu, Switch, Title, Tooltip } from "@mantine/core";
import {
  IconArchive,
  IconArchiveOff,
  IconDots,
  IconDownload,
  IconPencil,
  IconReplace,
  IconScissors,
  IconTags,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { RelativeTime } from "@/components/relative-time";
import classes from "@/features/knowledge/document/document.module.css";
import { MetadataFacts } from "@/features/knowledge/document/metadata-facts";
import { RenameDialog } from "@/features/knowledge/document/rename-dialog";
import { ReplaceDialog } from "@/features/knowledge/document/replace-dialog";
import MetadataDialog from "@/features/knowledge/documents/metadata-dialog";
import RecutDialog from "@/features/knowledge/documents/recut-dialog";
import { useDocumentAction } from "@/features/knowledge/knowledge-mutations";
import { useLanguage } from "@/lib/use-language";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

type Dialog = "rename" | "replace" | "recut" | "metadata" | "delete";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  onDeleted(): void;
}

/** What the document is, and everything that can be done to it as a whole. */
export function DocumentHeader({ dataset, document, onDeleted }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const workspace = useWorkspace();
  const words = useErrorText();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const act = useDocumentAction(dataset.id);
  const mayEdit = workspace.can("knowledge.edit");
  const close = () => {
    act.reset();
    setDialog(null);
  };
  const props = { dataset, document, onClose: close };
  return (
    <header className={classes.head}>
      <div style={{ minWidth: 0, flex: "1 1 20rem" }}>
        <Group gap="xs" wrap="nowrap">
          <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
            {document.name}
          </Title>
          {document.archived && <StateBadge word={t("state.archived")} />}
          {!document.archived && !document.enabled && <StateBadge word={t("state.disabled")} />}
        </Group>
        <Facts document={document} />
        <MetadataFacts dataset={dataset} document={document} onEdit={mayEdit ? () => setDialog("metadata") : undefined} />
        {act.error && dialog !== "delete" && (
          <div role="alert" style={{ color: "var(--tm-bad)" }}>
            {words(act.error)}
          </div>
        )}
      </div>
      <Group gap="sm" wrap="nowrap">
        {mayEdit && !document.archived && (
          <Tooltip label={t("action.enabledHint")}>
            <Switch
              size="sm"
              label={t("action.enabled")}
              checked={document.enabled}
              disabled={act.isPending}
              onChange={(event) => act.mutate({ action: event.currentTarget.checked ? "enable" : "disable", ids: [document.id] })}
            />
          </Tooltip>
        )}
        {document.file_url && (
          <Tooltip label={t("action.download")}>
            <ActionIcon component="a" href={document.file_url} variant="default" size="lg" aria-label={t("action.download")} download>
              <IconDownload size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {mayEdit && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Tooltip label={t("action.more")}>
                <ActionIcon variant="default" size="lg" aria-label={t("action.more")}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog("rename")}>
                {t("action.rename")}
              </Menu.Item>
              {dataset.metadata_fields.length > 0 && (
                <Menu.Item leftSection={<IconTags size={16} aria-hidden />} onClick={() => setDialog("metadata")}>
                  {t("action.metadata")}
                </Menu.Item>
              )}
              {!document.archived && (
                <>
                  <Menu.Item leftSection={<IconScissors size={16} aria-hidden />} onClick={() => setDialog("recut")}>
                    {t("action.recut")}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconReplace size={16} aria-hidden />} onClick={() => setDialog("replace")}>
                    {t("action.replace")}
                  </Menu.Item>
                </>
              )}
              {document.stage === "completed" && (
                <Menu.Item
                  leftSection={document.archived ? <IconArchiveOff size={16} aria-hidden /> : <IconArchive size={16} aria-hidden />}
                  onClick={() => act.mutate({ action: document.archived ? "un_archive" : "archive", ids: [document.id] })}
                >
                  {t(document.archived ? "action.unarchive" : "action.archive")}
                </Menu.Item>
              )}
              <Menu.Divider />
              <Menu.Item color="var(--tm-bad)" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDialog("delete")}>
                {t("common:action.delete")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {dialog === "rename" && <RenameDialog {...props} />}
      {dialog === "metadata" && <MetadataDialog dataset={dataset} documents={[document]} onClose={close} />}
      {dialog === "recut" && <RecutDialog dataset={dataset} documents={[document]} onClose={close} />}
      {dialog === "replace" && <ReplaceDialog {...props} />}
      {dialog === "delete" && (
        <ConfirmDialog
          title={t("delete.title", { name: document.name })}
          text={t("delete.text")}
          confirm={t("common:action.delete")}
          error={act.error}
          busy={act.isPending}
          onConfirm={() => act.mutate({ action: "delete", ids: [document.id] }, { onSuccess: onDeleted })}
          onClose={close}
        />
      )}
    </header>
  );
}

function StateBadge({ word }: { word: string }) {
  return (
    <Badge variant="default" tt="none" style={{ flex: "none" }}>
      {word}
    </Badge>
  );
}

function Facts({ document }: { document: KnowledgeDocument }) {
  const { t } = useTranslation("knowledge-document");
  const language = useLanguage();
  const number = new Intl.NumberFormat(language);
  return (
    <div className={classes.facts}>
      <span>{t(`source.${document.source_type}`)}</span>
      {document.source_url && (
        <Anchor href={document.source_url} target="_blank" rel="noopener noreferrer" size="sm" td="underline" truncate maw="24rem">
          {document.source_url}
        </Anchor>
      )}
      <span>{t(`cut.${document.doc_form}`)}</span>
      {document.word_count > 0 && (
        <>
          <span>{t("fact.words", { count: document.word_count, number: number.format(document.word_count) })}</span>
          <span>{t("fact.tokens", { count: document.tokens, number: number.format(document.tokens) })}</span>
          <span>{t("fact.hits", { count: document.hit_count, number: number.format(document.hit_count) })}</span>
        </>
      )}
      {document.embedded + document.reused > 0 && (
        <span>{t("fact.embedded", { embedded: number.format(document.embedded), reused: number.format(document.reused) })}</span>
      )}
      <span>
        {t("fact.added")} <RelativeTime value={document.created_at} />
      </span>
    </div>
  );
}
