import { Kbd, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { RunPartItems } from "@/features/runs/run-part-items";
import { keyName } from "@/lib/shortcuts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import { useCommands } from "./commands-context";
import { isDecoration, isFrame, isInnerStart } from "./graph/model";
import { nodeById } from "./graph/structure";
import { useEditor } from "./store";

/** The menu of a node or of the empty canvas: right click, or the menu key. */
export function CanvasMenu() {
  const { t } = useTranslation("canvas");
  const request = useCanvasUi((state) => state.menu);
  const ui = useCanvasUiStore();
  const readOnly = useEditor((state) => state.readOnly);
  const commands = useCommands();
  const node = useEditor((state) => (request?.nodeId ? nodeById(state.document, request.nodeId) : undefined));
  if (!request) return null;
  const { at, nodeId } = request;
  const close = (): void => ui.setState({ menu: null });
  const item = (key: string, keys: string, act: () => void) => (
    <Menu.Item key={key} onClick={act} rightSection={keys && <Kbd size="xs">{keys.replace("Mod", keyName("Mod"))}</Kbd>}>
      {t(`menu.${key}`)}
    </Menu.Item>
  );
  return (
    <Menu opened onClose={close} position="bottom-start" offset={0} withinPortal trapFocus returnFocus key={`${at.x},${at.y}`}>
      <Menu.Target>
        <div aria-hidden style={{ position: "fixed", left: at.x, top: at.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {nodeId ? (
          <>
            {item("open", "Enter", () => commands.open(nodeId))}
            {node && !isDecoration(node) && item("output", "O", () => commands.openOutput())}
            {!readOnly && node && isFrame(node) && item("collapse", "Alt+G", () => commands.toggleCollapsed([nodeId]))}
            <RunPartItems nodeId={nodeId} />
            {!readOnly && item("rename", "F2", () => ui.setState({ renaming: nodeId }))}
            {!readOnly && item("next", "N", () => commands.openPalette(at))}
            {!readOnly && item("connectTo", "E", () => commands.connectTo(nodeId))}
            {!readOnly && item("changeType", "R", () => commands.chooseType())}
            {!readOnly && item(node?.data.disabled === true ? "enable" : "disable", "D", () => commands.toggleDisabled())}
            {!readOnly && item(node?.data.pinned ? "unpin" : "pin", "P", () => commands.togglePinned())}
            {!readOnly && node?.parentId && !isInnerStart(node.data.type) && item("moveOut", "", () => commands.moveOut())}
            {!readOnly &&
              commands.containersFor([nodeId]).map((container) => (
                <Menu.Item key={container.id} onClick={() => commands.moveInto(container.id)}>
                  {t("menu.moveInto", { title: container.title })}
                </Menu.Item>
              ))}
            <Menu.Divider />
            {item("copy", "Mod+C", () => void commands.copy())}
            {!readOnly && item("duplicate", "Mod+D", () => commands.duplicate())}
            {item("downstream", "Mod+]", () => commands.selectDownstream())}
            {!readOnly && <Menu.Divider />}
            {!readOnly && item("delete", "Del", () => commands.remove())}
          </>
        ) : (
          <>
            {!readOnly && item("add", "N", () => commands.addAt(at))}
            {!readOnly && item("addNote", "Shift+S", () => commands.addNote(at))}
            {item("search", "Mod+F", () => commands.search())}
            {!readOnly && item("paste", "Mod+V", () => void commands.pasteFromClipboard(at))}
            {item("selectAll", "Mod+A", () => commands.selectAll())}
            {!readOnly && item("tidy", "Shift+Alt+T", () => void commands.tidy())}
            {item("fit", "1", () => commands.fit())}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
