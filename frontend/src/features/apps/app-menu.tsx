import { ActionIcon, Menu } from "@mantine/core";
import {
  IconArrowRight,
  IconCopy,
  IconDots,
  IconDownload,
  IconExternalLink,
  IconFileImport,
  IconLockOpen,
  IconPencil,
  IconPlugConnectedX,
  IconSitemap,
  IconTags,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useDuplicateApp, useExportApp, useOpenSite } from "@/features/apps/app-mutations";
import { isDrawn } from "@/features/apps/apps-search";
import { useWorkspace } from "@/lib/use-workspace";

const EditAppDialog = lazy(() => import("@/features/apps/edit-app-dialog"));
const ReplaceDialog = lazy(() => import("@/features/apps/replace-dialog"));
const MissingDialog = lazy(() => import("@/features/apps/missing-dialog"));
const AppTagsDialog = lazy(() => import("@/features/apps/app-tags-dialog"));
const SecretsDialog = lazy(() => import("@/features/apps/export-secrets-dialog"));
const ConvertDialog = lazy(() => import("@/features/apps/convert-dialog"));
const DeleteAppDialog = lazy(() => import("@/features/apps/delete-app-dialog"));

/** What can be done with an app from the list. */
export default function AppMenu({ app, onDeleted }: { app: App; onDeleted?: () => void }) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const duplicate = useDuplicateApp();
  const exportApp = useExportApp();
  const openSite = useOpenSite();
  const [dialog, setDialog] = useState<"edit" | "tags" | "replace" | "missing" | "convert" | "secrets" | "delete" | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  // The menu entry that opened the dialog is gone by now, so the focus goes back to the menu's button.
  const close = () => {
    setDialog(null);
    requestAnimationFrame(() => trigger.current?.focus());
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
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
          {app.published && (
            <Menu.Item leftSection={<IconExternalLink size={16} aria-hidden />} onClick={() => openSite.mutate(app.id)}>
              {t("menu.site")}
            </Menu.Item>
          )}
          {workspace.can("app.edit") && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setDialog("edit")}>
                {t("menu.edit")}
              </Menu.Item>
              <Menu.Item leftSection={<IconTags size={16} aria-hidden />} onClick={() => setDialog("tags")}>
                {t("menu.tags")}
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
              {(app.mode === "chat" || app.mode === "completion") && (
                <Menu.Item leftSection={<IconSitemap size={16} aria-hidden />} onClick={() => setDialog("convert")}>
                  {t(app.mode === "chat" ? "menu.toChatflow" : "menu.toWorkflow")}
                </Menu.Item>
              )}
            </>
          )}
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={() => exportApp.mutate({ app })}>
            {t("menu.export")}
          </Menu.Item>
          {workspace.can("key.manage") && isDrawn(app.mode) && (
            <Menu.Item leftSection={<IconLockOpen size={16} aria-hidden />} onClick={() => setDialog("secrets")}>
              {t("menu.exportSecrets")}
            </Menu.Item>
          )}
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
        {dialog === "convert" && <ConvertDialog app={app} onClose={close} />}
        {dialog === "tags" && <AppTagsDialog apps={[app]} onClose={close} />}
        {dialog === "secrets" && <SecretsDialog app={app} onClose={close} />}
        {dialog === "delete" && <DeleteAppDialog apps={[app]} onClose={close} onDeleted={onDeleted} />}
      </Suspense>
    </>
  );
}
