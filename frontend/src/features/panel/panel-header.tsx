import { ActionIcon, Menu, Text, Textarea, TextInput, Tooltip } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconArrowBarToRight,
  IconPlayerTrackNext,
  IconCopy,
  IconDots,
  IconHelp,
  IconId,
  IconPlayerPlay,
  IconTrash,
  IconX,
} from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { duplicate } from "@/features/canvas/graph/clipboard";
import { isFixed } from "@/features/canvas/graph/model";
import { removeNodes, renameNode } from "@/features/canvas/graph/nodes";
import { NodeIcon } from "@/features/canvas/node-icon";
import { useEditorActions, useEditorStore } from "@/features/canvas/store";
import { useRunParts } from "@/features/runs/run-parts";
import { useDraft } from "@/lib/use-draft";
import { useLocalized } from "@/lib/use-language";
import { useNodeForm } from "./form/form-context";
import classes from "./node-panel.module.css";

/** Title and description, edited in place, and what can be done with the node. */
export function PanelHeader() {
  const { t } = useTranslation("panel");
  const { node, nodeType, readOnly, update } = useNodeForm();
  const actions = useEditorActions();
  const localized = useLocalized();
  const typeName = localized(nodeType?.title) || node.data.type;
  return (
    <header className={classes.header}>
      <div className={classes.titleRow}>
        <NodeIcon type={node.data.type} group={nodeType?.group} />
        <TitleField key={node.data.title} title={node.data.title} readOnly={readOnly} />
        <RunNodeButton />
        <NodeMenu />
        <Tooltip label={t("close")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("closePanel")} onClick={() => actions.openNode(null)}>
            <IconX size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <Text size="xs" c="dimmed" pl={6}>
        {typeName}
      </Text>
      <Textarea
        className={classes.description}
        autosize
        minRows={1}
        maxRows={5}
        aria-label={t("description")}
        placeholder={t("descriptionHint")}
        readOnly={readOnly}
        value={typeof node.data.desc === "string" ? node.data.desc : ""}
        onChange={(event) => {
          const text = event.currentTarget.value;
          update((data) => {
            data.desc = text;
          }, `${node.id}:desc`);
        }}
      />
    </header>
  );
}

function RunNodeButton() {
  const { t } = useTranslation("parts");
  const { node } = useNodeForm();
  const parts = useRunParts();
  if (!parts.can("node", node.id)) return null;
  return (
    <Tooltip label={t("node.open")}>
      <ActionIcon variant="subtle" aria-label={t("node.open")} onClick={() => parts.runNode(node.id)}>
        <IconPlayerPlay size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function TitleField({ title, readOnly }: { title: string; readOnly: boolean }) {
  const { t } = useTranslation("panel");
  const { node } = useNodeForm();
  const actions = useEditorActions();
  const [typed, setTyped] = useDraft(title);
  const dropped = useRef(false);
  const keep = () => {
    const to = typed.trim();
    if (!to || dropped.current) setTyped(title);
    else if (to !== title) actions.change({ key: "rename", params: { title, to } }, (document) => renameNode(document, node.id, to));
    dropped.current = false;
  };
  return (
    <TextInput
      className={classes.title}
      data-field="title"
      aria-label={t("title")}
      value={typed}
      readOnly={readOnly}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape" && typed !== title) {
          event.stopPropagation();
          dropped.current = true;
          event.currentTarget.blur();
        }
      }}
    />
  );
}

function NodeMenu() {
  const { t } = useTranslation(["panel", "parts"]);
  const parts = useRunParts();
  const { node, nodeType, readOnly } = useNodeForm();
  const actions = useEditorActions();
  const store = useEditorStore();
  const localized = useLocalized();
  const { title } = node.data;
  const fixed = isFixed(node.data.type);
  const copyNode = () => {
    const { document, nodeTypes, mode } = store.getState();
    const pasted = duplicate(document, [node.id], nodeTypes, mode);
    if (!pasted.ids[0]) return;
    actions.change({ key: "duplicate", params: { count: pasted.ids.length } }, () => pasted.document);
    actions.openNode(pasted.ids[0]);
  };
  const help = () =>
    modals.open({
      title: localized(nodeType?.title) || node.data.type,
      children: <Text size="sm">{localized(nodeType?.description) || t("unknown.text", { type: node.data.type })}</Text>,
    });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Tooltip label={t("menu.title")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("menu.title")}>
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {parts.can("to", node.id) && (
          <>
            <Menu.Item leftSection={<IconArrowBarToRight size={16} aria-hidden />} onClick={() => parts.runTo(node.id)}>
              {t("parts:menu.to")}
            </Menu.Item>
            <Menu.Item leftSection={<IconPlayerTrackNext size={16} aria-hidden />} onClick={() => parts.runFrom(node.id)}>
              {t("parts:menu.from")}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        {!readOnly && !fixed && (
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={copyNode}>
            {t("menu.duplicate")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconId size={16} aria-hidden />} onClick={() => void navigator.clipboard?.writeText(node.id)}>
          {t("menu.copyId")}
        </Menu.Item>
        <Menu.Item leftSection={<IconHelp size={16} aria-hidden />} onClick={help}>
          {t("menu.help")}
        </Menu.Item>
        {!readOnly && !fixed && (
          <>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => actions.change({ key: "remove", params: { title } }, (document) => removeNodes(document, [node.id]))}
            >
              {t("menu.delete")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
