import { Button, Group, Text } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconPlayerPlay, IconTool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { nodeById } from "@/features/canvas/graph/structure";
import { chatModelsQuery } from "@/features/canvas/numbers/data";
import { EditorContext, type EditorState, type EditorStore } from "@/features/canvas/store";
import { type Fix, fixesFor } from "./failure-fix-list";
import { useRunAgain } from "./run-parts";

/** What can be done about a failure at once: up to three changes of the flow, and going on from the failed node. */
export function FailureFixes({ code, nodeId }: { code: string; nodeId: string | null }) {
  const editor = useContext(EditorContext);
  return (
    <>
      {editor && nodeId && <Changes editor={editor} code={code} nodeId={nodeId} />}
      <Restart />
    </>
  );
}

function Restart() {
  const { t } = useTranslation("parts");
  const again = useRunAgain();
  if (!again?.failed) return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={again.starting}
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        onClick={() => again.restart(again.usual)}
      >
        {t("restart.failed")}
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={again.starting}
        onClick={() => again.restart(again.usual === "draft" ? "same" : "draft")}
      >
        {t(again.usual === "draft" ? "restart.same" : "restart.draft")}
      </Button>
    </>
  );
}

const selectDocument = (state: EditorState) => state.document;

function Changes({ editor, code, nodeId }: { editor: EditorStore; code: string; nodeId: string }) {
  const { t } = useTranslation("failures");
  const document = useStore(editor, selectDocument);
  const { nodeTypes, readOnly, workspaceId, appId } = editor.getState();
  const { data: models } = useQuery({ ...chatModelsQuery(workspaceId), enabled: appId !== "" });
  const [done, setDone] = useState<{ fix: Fix; document: unknown } | null>(null);
  const node = nodeById(document, nodeId);
  if (!node || readOnly) return null;
  const apply = (fix: Fix) => {
    editor.actions.updateNodeData(fix.nodeId, fix.change);
    editor.actions.focusField(fix.nodeId, fix.field);
    setDone({ fix, document: editor.getState().document });
  };
  return (
    <>
      {done && (
        <Group gap={6} wrap="nowrap" role="status">
          <IconCheck size={14} color="var(--tm-good)" aria-hidden />
          <Text size="sm">{t(`fixed.${done.fix.key}`, done.fix.params)}</Text>
          {/* Once something else was changed, the way back is that of the whole editor. */}
          {done.document === document && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconArrowBackUp size={14} aria-hidden />}
              onClick={() => {
                editor.actions.undo();
                setDone(null);
              }}
            >
              {t("undo")}
            </Button>
          )}
        </Group>
      )}
      {fixesFor({ code, node, document, nodeTypes, models: models ?? [] })
        .filter((fix) => fix.key !== done?.fix.key)
        .map((fix) => (
          <Button
            key={fix.key}
            size="compact-sm"
            variant="default"
            leftSection={<IconTool size={14} aria-hidden />}
            title={t(`why.${fix.key}`)}
            onClick={() => apply(fix)}
          >
            {t(`fix.${fix.key}`, fix.params)}
          </Button>
        ))}
    </>
  );
}
