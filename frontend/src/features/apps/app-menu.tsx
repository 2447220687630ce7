import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowRight,
  IconCopy,
  IconDots,
  IconDownload,
  IconFileImport,
  IconPencil,
  IconPlugConnectedX,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useDuplicateApp, useExportApp } from "@/features/apps/app-mutations";
import { useWorkspace } from "@/lib/use-workspace";

const EditAppDialog = lazy(() => import("@/features/apps/edit-app-dialog"));
const ReplaceDialog = lazy(() => import("@/features/apps/replace-dialog"));
const MissingDialog = lazy(() => import("@/features/apps/missing-dialog"));
const DeleteAppDialog = lazy(() => import("@/features/apps/delete-app-dialog"));

/** What can be done with an app from the list. */
export default function AppMenu({ app, onDeleted }: { app: App; onDeleted?: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const duplicate = useDuplicateApp();
  const exportApp = useExportApp();
  const [dialog, setDialog] = useState<"edit" | "replace" | "missing" | "delete" | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  // The menu entry that opened the dialog is gone by now, so the focus goes back to the menu's button.
  const close = () => {
    setDialog(null);
    requestAnimationFrame(() => trigger.current?.focus());
  };
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon
            ref={trigger}
            variant="subtle"
            color="gray"
            aria-label={t("menu.label", { name: app.name })}
            loading={duplicate.isPending}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconArrowRight size={16} aria-hidden />}
            onClick={() => void navigate({ to: "/app/$appId/canvas", params: { appId: app.id } })}
          >
            {t("common:action.open")}
          </Menu.Item>
          {workspace.can("app.edit") && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog("edit")}>
                {t("menu.edit")}
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => duplicate.mutate(app.id)}>
                {t("menu.duplicate")}
              </Menu.Item>
              <Menu.Item leftSection={<IconFileImport size={16} aria-hidden />} onClick={() => setDialog("replace")}>
                {t("menu.replace")}
              </Menu.Item>
              <Menu.Item leftSection={<IconPlugConnectedX size={16} aria-hidden />} onClick={() => setDialog("missing")}>
                {t("menu.missing")}
              </Menu.Item>
            </>
          )}
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => exportApp.mutate(app)}>
            {t("menu.export")}
          </Menu.Item>
          {workspace.can("app.delete") && (
            <>
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
        {dialog === "edit" && <EditAppDialog app={app} onClose={close} />}
        {dialog === "replace" && <ReplaceDialog app={app} onClose={close} />}
        {dialog === "missing" && <MissingDialog app={app} onClose={close} />}
        {dialog === "delete" && <DeleteAppDialog app={app} onClose={close} onDeleted={onDeleted} />}
      </Suspense>
    </>
  );
}
