import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArchive,
  IconArchiveOff,
  IconArrowRight,
  IconCut,
  IconDots,
  IconDownload,
  IconEye,
  IconEyeOff,
  IconListDetails,
  IconPencil,
  IconPlayerStop,
  IconRefresh,
  IconReplace,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Dataset, DocumentAction, KnowledgeDocument } from "@/api/types";
import { actionsFor } from "@/features/knowledge/documents/actions";
import { useDownload } from "@/features/knowledge/documents/use-download";

export type DocumentDialog = "rename" | "recut" | "replace" | "metadata" | "delete";

export const ACTION_SIGNS: Record<DocumentAction, typeof IconEye> = {
  enable: IconEye,
  disable: IconEyeOff,
  archive: IconArchive,
  un_archive: IconArchiveOff,
  retry: IconRefresh,
  cancel: IconPlayerStop,
  delete: IconTrash,
};

const DIALOGS = [
  { open: "rename", icon: IconPencil },
  { open: "recut", icon: IconCut },
  { open: "replace", icon: IconReplace },
  { open: "metadata", icon: IconListDetails },
] as const;

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  mayEdit: boolean;
  onAct: (action: DocumentAction) => void;
  onDialog: (open: DocumentDialog) => void;
}

/** What can be done with one document. */
export function DocumentMenu({ dataset, document, mayEdit, onAct, onDialog }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const navigate = useNavigate();
  const download = useDownload(dataset.id);
  const params = { datasetId: dataset.id, documentId: document.id };
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("menu.label", { name: document.name })} loading={download.isPending}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowRight size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/knowledge/$datasetId/documents/$documentId", params })}
        >
          {t("common:action.open")}
        </Menu.Item>
        {document.file_url && (
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => download.mutate([document])}>
            {t("action.download")}
          </Menu.Item>
        )}
        {mayEdit && !document.archived && (
          <>
            <Menu.Divider />
            {DIALOGS.map(({ open, icon: Icon }) => (
              <Menu.Item key={open} leftSection={<Icon size={16} aria-hidden />} onClick={() => onDialog(open)}>
                {t(`action.${open}`)}
              </Menu.Item>
            ))}
          </>
        )}
        {mayEdit && (
          <>
            <Menu.Divider />
            {actionsFor([document]).map((action) => {
              const Icon = ACTION_SIGNS[action];
              return (
                <Menu.Item key={action} leftSection={<Icon size={16} aria-hidden />} onClick={() => onAct(action)}>
                  {t(`action.${action}`)}
                </Menu.Item>
              );
            })}
            {!document.archived && (
              <Menu.Item
                c="var(--mantine-color-error)"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => onDialog("delete")}
              >
                {t("common:action.delete")}
              </Menu.Item>
            )}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
