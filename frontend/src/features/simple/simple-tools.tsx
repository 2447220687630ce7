import { Button, Group, Text } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { PublishDraftDialog } from "@/features/publish/publish-draft-dialog";
import { useWorkspace } from "@/lib/use-workspace";
import type { EditedSettings } from "./use-settings";

/** Whether what is on the screen is safe, and the way out to the world. */
export function SimpleTools({ app, edited }: { app: App; edited: EditedSettings }) {
  const { t } = useTranslation("simple");
  const workspace = useWorkspace();
  const [publishing, setPublishing] = useState(false);
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="xs" c={edited.state === "failed" || edited.state === "conflict" ? "var(--tm-bad)" : "dimmed"} role="status">
        {t(workspace.can("app.edit") ? `save.${edited.state}` : "save.readOnly")}
      </Text>
      {edited.state === "failed" && (
        <Button size="compact-xs" variant="default" onClick={() => void edited.flush()}>
          {t("save.retry")}
        </Button>
      )}
      {workspace.can("app.publish") && (
        <Button
          size="sm"
          leftSection={<IconRocket size={16} aria-hidden />}
          onClick={() => void edited.flush().then((saved) => saved && setPublishing(true))}
        >
          {t("publish")}
        </Button>
      )}
      {publishing && <PublishDraftDialog app={app} onClose={() => setPublishing(false)} />}
    </Group>
  );
}
