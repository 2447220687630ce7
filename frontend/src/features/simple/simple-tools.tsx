import { ActionIcon, Badge, Box, Button, Group, Menu, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconCloudUp, IconColumns, IconDots, IconRocket, IconSitemap } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";
import { SaveLine } from "./save-line";
import { useSimpleKeys } from "./use-simple-keys";
import type { EditedSettings } from "./use-settings";
import { VersionsButton } from "./versions-button";

const PublishDraftDialog = lazy(() =>
  import("@/features/publish/publish-draft-dialog").then((module) => ({ default: module.PublishDraftDialog })),
);
const ConvertDialog = lazy(() => import("@/features/apps/convert-dialog"));

interface Props {
  app: App;
  edited: EditedSettings;
  comparing: boolean;
  onCompare(on: boolean): void;
}

/** Whether what is on the screen is safe, what can be taken back, and the way out to the world. */
export function SimpleTools({ app, edited, comparing, onCompare }: Props) {
  const { t } = useTranslation("simple");
  const workspace = useWorkspace();
  const [dialog, setDialog] = useState<"publish" | "convert" | null>(null);
  const canEdit = workspace.can("app.edit");
  useSimpleKeys(edited, canEdit);
  const unpublished = app.published !== null && (app.has_unpublished_changes || edited.state !== "saved");
  const saved = (next: "publish" | "convert") => void edited.flush().then((done) => done && setDialog(next));
  return (
    <Group gap="sm" wrap="nowrap">
      <SaveLine edited={edited} readOnly={!canEdit} />
      {unpublished && (
        <Tooltip label={t("unpublishedHint")} multiline maw={280}>
          <Badge variant="light" color="yellow" tt="none" fw={600} miw="max-content" visibleFrom="xl">
            {t("unpublished")}
          </Badge>
        </Tooltip>
      )}
      {unpublished && (
        <Tooltip label={`${t("unpublished")}. ${t("unpublishedHint")}`} multiline maw={280}>
          <Box c="var(--mantine-color-yellow-text)" hiddenFrom="xl" lh={0} role="img" aria-label={t("unpublished")}>
            <IconCloudUp size={18} aria-hidden />
          </Box>
        </Tooltip>
      )}
      {canEdit && (
        <>
          <Group gap={2} wrap="nowrap">
            <Tooltip label={t("undo")}>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("undo")} disabled={!edited.canUndo} onClick={edited.undo}>
                <IconArrowBackUp size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("redo")}>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("redo")} disabled={!edited.canRedo} onClick={edited.redo}>
                <IconArrowForwardUp size={18} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
          <Button
            size="sm"
            variant={comparing ? "light" : "default"}
            aria-pressed={comparing}
            leftSection={<IconColumns size={16} aria-hidden />}
            onClick={() => onCompare(!comparing)}
          >
            {t("compare")}
          </Button>
          {app.mode !== "agent-chat" && (
            <Menu position="bottom-end">
              <Menu.Target>
                <Tooltip label={t("more")}>
                  <ActionIcon variant="default" size="lg" aria-label={t("more")}>
                    <IconDots size={18} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconSitemap size={16} aria-hidden />} onClick={() => saved("convert")}>
                  {t(app.mode === "chat" ? "convertChat" : "convertText")}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </>
      )}
      <VersionsButton app={app} edited={edited} canEdit={canEdit} />
      {workspace.can("app.publish") && (
        <Button size="sm" leftSection={<IconRocket size={16} aria-hidden />} onClick={() => saved("publish")}>
          {t("publish")}
        </Button>
      )}
      <Suspense fallback={null}>
        {dialog === "publish" && <PublishDraftDialog app={app} onClose={() => setDialog(null)} />}
        {dialog === "convert" && <ConvertDialog app={app} onClose={() => setDialog(null)} />}
      </Suspense>
    </Group>
  );
}
