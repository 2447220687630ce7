import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowRight, IconDots, IconFilePlus, IconPencil, IconTags, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";

const DatasetTagsDialog = lazy(() => import("@/features/knowledge/datasets/dataset-tags-dialog"));
const RenameDatasetDialog = lazy(() => import("@/features/knowledge/datasets/rename-dataset-dialog"));
const DeleteDatasetDialog = lazy(() => import("@/features/knowledge/datasets/delete-dataset-dialog"));

/** What can be done with a dataset from the list. */
export function DatasetMenu({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation(["knowledge", "common"]);
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"rename" | "tags" | "delete" | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  // The menu entry that opened the dialog is gone by now, so the focus goes back to the menu's button.
  const close = () => {
    setDialog(null);
    requestAnimationFrame(() => trigger.current?.focus());
  };
  const params = { datasetId: dataset.id };
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon ref={trigger} variant="subtle" color="gray" aria-label={t("menu.label", { name: dataset.name })}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowRight size={16} aria-hidden />}
            onClick={() => void navigate({ to: "/knowledge/$datasetId/documents", params })}
          >
            {t("common:action.open")}
          </Menu.Item>
          {workspace.can("knowledge.edit") && (
            <>
              <Menu.Item
                leftSection={<IconFilePlus size={16} aria-hidden />}
                onClick={() => void navigate({ to: "/knowledge/$datasetId/add", params })}
              >
                {t("common:crumb.add")}
              </Menu.Item>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog("rename")}>
                {t("menu.rename")}
              </Menu.Item>
              <Menu.Item leftSection={<IconTags size={16} aria-hidden />} onClick={() => setDialog("tags")}>
                {t("menu.tags")}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item
                c="var(--mantine-color-error)"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setDialog("delete")}
              >
                {t("common:action.delete")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {dialog === "rename" && <RenameDatasetDialog dataset={dataset} onClose={close} />}
        {dialog === "tags" && <DatasetTagsDialog dataset={dataset} onClose={close} />}
        {dialog === "delete" && <DeleteDatasetDialog dataset={dataset} onClose={close} />}
      </Suspense>
    </>
  );
}
