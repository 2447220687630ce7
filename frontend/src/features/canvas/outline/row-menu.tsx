import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "@/api/types";
import { useCommands } from "../commands-context";
import { removeEdges } from "../graph/connect";
import { isCollapsed } from "../graph/frames";
import { isDecoration, isFixed, isFrame, isInnerStart } from "../graph/model";
import { edgesFrom, nodeById } from "../graph/structure";
import { canSwitch } from "../graph/switches";
import { useEditor, useEditorActions } from "../store";

interface Props {
  node: FlowNode;
  name: string;
  opened: boolean;
  onOpened: (opened: boolean) => void;
  /** Whether the Tab key stops here. */
  reachable: boolean;
}

/** All that can be done with a step of the list. */
export function RowMenu(props: Props) {
  const { name, opened, onOpened, reachable } = props;
  const { t } = useTranslation("canvas");
  // What the menu offers is found out when it is asked for: a flow may have hundreds of rows.
  if (opened) return <OpenMenu {...props} />;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={t("outline.menu", { title: name })}
      aria-haspopup="menu"
      tabIndex={reachable ? 0 : -1}
      onClick={(event) => {
        event.stopPropagation();
        onOpened(true);
      }}
    >
      <IconDots size={16} aria-hidden />
    </ActionIcon>
  );
}

function OpenMenu({ node, name, opened, onOpened, reachable }: Props) {
  const { t } = useTranslation(["canvas", "canvas-more"]);
  const actions = useEditorActions();
  const commands = useCommands();
  const readOnly = useEditor((state) => state.readOnly);
  const document = useEditor((state) => state.document);
  const on = (act: () => void) => () => {
    actions.select({ nodes: [node.id] });
    act();
  };
  const leads = edgesFrom(document, node.id);
  const inner = isInnerStart(node.data.type);
  const drawn = isDecoration(node);
  return (
    <Menu position="bottom-end" withinPortal opened={opened} onChange={onOpened}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("outline.menu", { title: name })} tabIndex={reachable ? 0 : -1}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!inner && <Menu.Item onClick={() => commands.open(node.id)}>{t("menu.open")}</Menu.Item>}
        {!drawn && !inner && <Menu.Item onClick={on(() => commands.openOutput())}>{t("menu.output")}</Menu.Item>}
        {!readOnly && isFrame(node) && (
          <Menu.Item onClick={() => commands.toggleCollapsed([node.id])}>
            {t(isCollapsed(node) ? "frame.expand" : "frame.collapse", { title: name })}
          </Menu.Item>
        )}
        {!readOnly && !drawn && (
          <>
            <Menu.Item onClick={on(() => commands.openPalette())}>{t("menu.next")}</Menu.Item>
            <Menu.Item onClick={on(() => commands.connectTo(node.id))}>{t("menu.connectTo")}</Menu.Item>
            {leads.map((edge) => (
              <Menu.Item key={edge.id} onClick={() => actions.change({ key: "disconnect" }, (now) => removeEdges(now, [edge.id]))}>
                {t("outline.disconnect", { title: nodeById(document, edge.target)?.data.title ?? "" })}
              </Menu.Item>
            ))}
          </>
        )}
        {!readOnly && canSwitch(node) && (
          <>
            <Menu.Item onClick={() => commands.reorder(node.id, -1)}>{t("canvas-more:list.earlier")}</Menu.Item>
            <Menu.Item onClick={() => commands.reorder(node.id, 1)}>{t("canvas-more:list.later")}</Menu.Item>
            <Menu.Item onClick={on(() => commands.chooseType())}>{t("menu.changeType")}</Menu.Item>
            <Menu.Item onClick={on(() => commands.toggleDisabled())}>
              {t(node.data.disabled === true ? "menu.enable" : "menu.disable")}
            </Menu.Item>
            <Menu.Item onClick={on(() => commands.togglePinned())}>{t(node.data.pinned ? "menu.unpin" : "menu.pin")}</Menu.Item>
            {node.parentId && <Menu.Item onClick={on(() => commands.moveOut())}>{t("menu.moveOut")}</Menu.Item>}
            {commands.containersFor([node.id]).map((container) => (
              <Menu.Item key={container.id} onClick={on(() => commands.moveInto(container.id))}>
                {t("menu.moveInto", { title: container.title })}
              </Menu.Item>
            ))}
          </>
        )}
        {!readOnly && !isFixed(node.data.type) && (
          <>
            <Menu.Item onClick={on(() => commands.duplicate())}>{t("menu.duplicate")}</Menu.Item>
            <Menu.Item onClick={() => commands.removeOne(node.id)}>{t("menu.delete")}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
