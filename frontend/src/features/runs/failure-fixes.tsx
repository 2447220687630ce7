import { Button } from "@mantine/core";
import { IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { EditorContext, type EditorStore } from "@/features/canvas/store";
import { nodeById } from "@/features/canvas/graph/structure";
import { record } from "@/features/panel/form/field-schema";
import { mayPass } from "./failure-fields";
import { useRunAgain } from "./run-parts";

/** What can be done about a failure at once: go on from the failed node, try again by itself next time. */
export function FailureFixes({ code, nodeId }: { code: string; nodeId: string | null }) {
  const { t } = useTranslation("parts");
  const again = useRunAgain();
  const editor = useContext(EditorContext);
  return (
    <>
      {again?.failed && (
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
      )}
      {editor && nodeId && mayPass(code) && <RetryFix editor={editor} nodeId={nodeId} />}
    </>
  );
}

/** Turns on the retries of the node, where its type has them. */
function RetryFix({ editor, nodeId }: { editor: EditorStore; nodeId: string }) {
  const { t } = useTranslation("parts");
  const { document, nodeTypes, readOnly } = editor.getState();
  const node = nodeById(document, nodeId);
  if (!node || readOnly || !nodeTypes[node.data.type]?.error_handling || record(node.data.retry_config).retry_enabled === true) return null;
  const turnOn = () => {
    editor.actions.updateNodeData(nodeId, (data) => {
      data.retry_config = { max_retries: 3, retry_interval: 1000, ...record(data.retry_config), retry_enabled: true };
    });
    editor.actions.focusField(nodeId, "retry_config");
  };
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={turnOn}>
      {t("fix.retry")}
    </Button>
  );
}
