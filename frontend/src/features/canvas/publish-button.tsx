import { Button, Menu, Tooltip } from "@mantine/core";
import { IconChevronDown, IconRocket } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import type { Autosave } from "./autosave";
import { useEditorActions } from "./store";

const PublishDialog = lazy(() => import("./publish-dialog"));

/** Publish, and what else can be done with what is published. */
export function PublishButton({ app, autosave }: { app: App; autosave: Autosave | null }) {
  const { t } = useTranslation("canvas");
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const actions = useEditorActions();
  const compare = (version: string): void =>
    void navigate({ to: "/app/$appId/canvas", params: { appId: app.id }, search: { panel: "versions", version, diff: "draft" } });
  return (
    <>
      <Button.Group>
        <Button size="sm" leftSection={<IconRocket size={16} aria-hidden />} onClick={() => setOpen(true)}>
          {t("publish.button")}
        </Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Tooltip label={t("publish.more")}>
              <Button size="sm" px={6} aria-label={t("publish.more")}>
                <IconChevronDown size={16} aria-hidden />
              </Button>
            </Tooltip>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setOpen(true)}>{t("publish.withNote")}</Menu.Item>
            <Menu.Item onClick={() => void navigate({ to: "/app/$appId/publish", params: { appId: app.id } })}>
              {t("publish.api")}
            </Menu.Item>
            {app.published && (
              <Menu.Item onClick={() => compare(app.published!.id)}>{t("publish.compareLive", { number: app.published.number })}</Menu.Item>
            )}
            <Menu.Item onClick={() => actions.setLeftDock("versions")}>{t("versions.title")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
      {open && (
        <Suspense fallback={null}>
          <PublishDialog app={app} autosave={autosave} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
