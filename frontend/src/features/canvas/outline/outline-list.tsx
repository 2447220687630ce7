import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "@/api/types";
import { useCommands } from "../commands-context";
import { removeEdges } from "../graph/connect";
import { isDecoration, isFixed, isInnerStart } from "../graph/model";
import { around, edgesFrom, nodeById, readingOrder } from "../graph/structure";
import { canSwitch } from "../graph/switches";
import { NodeIcon } from "../node-icon";
import { notePlain } from "../notes/note-text";
import { shownRun, useEditor, useEditorActions } from "../store";
import classes from "./outline.module.css";

/** Every step in the order of the flow, what is in containers indented, each with all that can be done with it. */
export function OutlineList() {
  const { t } = useTranslation("canvas");
  const document = useEditor((state) => state.document);
  const rows = useMemo(
    () =>
      readingOrder(document)
        .map((id) => nodeById(document, id)!)
        .map((node) => ({ node, depth: around(document, node).length })),
    [document],
  );
  return (
    <ul className={classes.list} aria-label={t("outline.list")}>
      {rows.map(({ node, depth }) => (
        <Row key={node.id} node={node} depth={depth} />
      ))}
    </ul>
  );
}

function Row({ node, depth }: { node: FlowNode; depth: number }) {
  const { t } = useTranslation("canvas");
  const actions = useEditorActions();
  const commands = useCommands();
  const document = useEditor((state) => state.document);
  const type = useEditor((state) => state.nodeTypes[node.data.type]);
  const selected = useEditor((state) => state.selection.nodes.includes(node.id));
  const run = useEditor((state) => shownRun(state).nodes[node.id]);
  const next = edgesFrom(document, node.id).map((edge) => nodeById(document, edge.target)?.data.title ?? "");
  const drawn = isDecoration(node);
  const name = drawn
    ? notePlain(node.data.text).slice(0, 60) || t("card.note")
    : isInnerStart(node.data.type)
      ? t("card.entry")
      : node.data.title;
  const about = [
    run && t(`nodeState.${run.state}`),
    node.data.disabled === true && t("card.disabled"),
    next.length > 0 && t("outline.leadsTo", { titles: next.join(", ") }),
  ].filter(Boolean);
  return (
    <li className={classes.row} style={{ paddingInlineStart: depth * 16 }} data-selected={selected || undefined}>
      <button
        type="button"
        className={classes.hit}
        aria-pressed={selected}
        onClick={() => {
          actions.select({ nodes: [node.id] });
          commands.reveal(node.id);
        }}
        onDoubleClick={() => commands.open(node.id)}
      >
        <NodeIcon type={drawn ? "note" : node.data.type} group={type?.group} />
        <span className={classes.words}>
          <span className={classes.name}>{name}</span>
          {about.length > 0 && <span className={classes.place}>{about.join(" · ")}</span>}
        </span>
      </button>
      <RowMenu node={node} name={name} />
    </li>
  );
}

function RowMenu({ node, name }: { node: FlowNode; name: string }) {
  const { t } = useTranslation("canvas");
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
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("outline.menu", { title: name })}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!inner && <Menu.Item onClick={() => commands.open(node.id)}>{t("menu.open")}</Menu.Item>}
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
