import { Kbd, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { toggleBreakpoints, useBreakpoint } from "@/features/canvas/breakpoints";
import { useEditorStore } from "@/features/canvas/store";
import { keyName } from "@/lib/shortcuts";
import { useRunParts } from "./run-parts";

/** The items of a node's menu that run it, or the flow up to it or from it. */
export function RunPartItems({ nodeId }: { nodeId: string }) {
  const { t } = useTranslation("parts");
  const parts = useRunParts();
  const { appId } = useEditorStore().getState();
  const marked = useBreakpoint(appId, nodeId);
  if (!parts.can("node", nodeId)) return null;
  return (
    <>
      <Menu.Item onClick={() => parts.runNode(nodeId)} rightSection={<Kbd size="xs">{`${keyName("Mod")}+Shift+Enter`}</Kbd>}>
        {t("node.open")}
      </Menu.Item>
      {parts.can("to", nodeId) && <Menu.Item onClick={() => parts.runTo(nodeId)}>{t("menu.to")}</Menu.Item>}
      {parts.can("from", nodeId) && <Menu.Item onClick={() => parts.runFrom(nodeId)}>{t("menu.from")}</Menu.Item>}
      <Menu.Item onClick={() => toggleBreakpoints(appId, [nodeId])} rightSection={<Kbd size="xs">B</Kbd>}>
        {t(marked ? "menu.unbreak" : "menu.break")}
      </Menu.Item>
      <Menu.Divider />
    </>
  );
}
