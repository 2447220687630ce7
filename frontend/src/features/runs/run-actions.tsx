import { Button, CopyButton, Group, Menu } from "@mantine/core";
import { IconDots, IconDownload, IconLink, IconPencil, IconPin, IconPlayerStop, IconRepeat, IconTerminal2 } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, workspacePath } from "@/api/client";
import type { RunDetail } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { downloadText } from "@/lib/download";
import { useWorkspace } from "@/lib/use-workspace";
import { runAsCurl } from "./curl";
import { usePinRequest } from "./pin-run";
import { keepInputs } from "./test-inputs";

/** What can be done with a run: stop it, open its flow coloured in the editor, run its inputs again, take it along. */
export function RunActions({ run, view }: { run: RunDetail; view: RunView }) {
  const { t } = useTranslation("runs");
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const [error, setError] = useState<unknown>(null);
  const canvas = { to: "/app/$appId/canvas", params: { appId: run.app_id } } as const;
  const stop = async () => {
    try {
      await api.post(workspacePath(workspace.id, `/runs/${run.id}/stop`));
    } catch (cause) {
      setError(cause);
    }
  };
  const pinned = () => {
    usePinRequest.setState({ runId: run.id });
    void navigate({ ...canvas, search: { run: run.id } });
  };
  const again = () => {
    keepInputs(run.app_id, { values: run.inputs, query: run.query });
    void navigate({ ...canvas, search: { panel: "run" } });
  };
  return (
    <Group gap="xs">
      {error !== null && <ErrorState error={error} />}
      {!isOver(view) && workspace.can("run.execute") && (
        <Button size="xs" variant="default" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={() => void stop()}>
          {t("stop")}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPencil size={14} aria-hidden />}
        onClick={() => void navigate({ ...canvas, search: { run: run.id } })}
      >
        {t("page.openEditor")}
      </Button>
      {workspace.can("run.execute") && (
        <Button size="xs" variant="default" leftSection={<IconRepeat size={14} aria-hidden />} onClick={again}>
          {t("page.again")}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="xs" variant="default" aria-label={t("page.more")}>
            <IconDots size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {workspace.can("app.edit") && isOver(view) && (
            <Menu.Item leftSection={<IconPin size={16} aria-hidden />} onClick={pinned}>
              {t("page.openPinned")}
            </Menu.Item>
          )}
          <CopyButton value={window.location.href}>
            {({ copied, copy }) => (
              <Menu.Item leftSection={<IconLink size={16} aria-hidden />} closeMenuOnClick={false} onClick={copy}>
                {t(copied ? "copied" : "page.copyLink")}
              </Menu.Item>
            )}
          </CopyButton>
          <CopyButton value={runAsCurl(run, window.location.origin)}>
            {({ copied, copy }) => (
              <Menu.Item leftSection={<IconTerminal2 size={16} aria-hidden />} closeMenuOnClick={false} onClick={copy}>
                {t(copied ? "copied" : "page.curl")}
              </Menu.Item>
            )}
          </CopyButton>
          <Menu.Item
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => downloadText(`run-${run.id}.json`, JSON.stringify(run, null, 2), "application/json")}
          >
            {t("page.download")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
