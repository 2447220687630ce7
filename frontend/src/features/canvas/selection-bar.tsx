import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconBoxMargin,
  IconCopy,
  IconLayoutAlignBottom,
  IconLayoutAlignCenter,
  IconLayoutAlignLeft,
  IconLayoutAlignMiddle,
  IconLayoutAlignRight,
  IconLayoutAlignTop,
  IconLayoutDashboard,
  IconLayoutDistributeHorizontal,
  IconLayoutDistributeVertical,
  IconFold,
  IconPin,
  IconPlayerSkipForward,
  type IconProps,
  IconTrash,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import classes from "./canvas.module.css";
import { useCommands } from "./commands-context";
import type { Alignment } from "./graph/align";
import { isFrame } from "./graph/model";
import { nodeById } from "./graph/structure";
import { THEMES, themeOf } from "./notes/notes";
import { useEditor } from "./store";

const ALIGN: readonly [Alignment, ComponentType<IconProps>][] = [
  ["left", IconLayoutAlignLeft],
  ["center", IconLayoutAlignCenter],
  ["right", IconLayoutAlignRight],
  ["top", IconLayoutAlignTop],
  ["middle", IconLayoutAlignMiddle],
  ["bottom", IconLayoutAlignBottom],
];

/** What can be done with all that is selected: line up, frame, disable, delete; colours for a note. */
export function SelectionBar() {
  const { t } = useTranslation("canvas");
  const commands = useCommands();
  const nodes = useEditor(
    useShallow((state) => state.selection.nodes.map((id) => nodeById(state.document, id)).filter((node) => node !== undefined)),
  );
  const tool = (key: string, Icon: ComponentType<IconProps>, act: () => void, keys?: string) => (
    <Tooltip key={key} label={keys ? `${t(`bar.${key}`)} (${keys})` : t(`bar.${key}`)}>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t(`bar.${key}`)} onClick={act}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  const notes = nodes.filter((node) => node.type === "custom-note");
  return (
    <div className={classes.selectionBar} role="toolbar" aria-label={t("bar.label")}>
      {nodes.length > 1 && <span className={classes.selectionCount}>{t("bar.count", { count: nodes.length })}</span>}
      {notes.length === nodes.length &&
        THEMES.map((theme) => (
          <button
            key={theme}
            type="button"
            className={classes.swatch}
            data-theme={theme}
            aria-label={t(`theme.${theme}`)}
            title={t(`theme.${theme}`)}
            aria-pressed={notes.every((note) => themeOf(note.data) === theme)}
            onClick={() => notes.forEach((note) => commands.setTheme(note.id, theme))}
          />
        ))}
      {nodes.length > 1 && (
        <>
          {ALIGN.map(([to, Icon]) => tool(to, Icon, () => commands.align(to)))}
          {nodes.length > 2 && tool("horizontal", IconLayoutDistributeHorizontal, () => commands.distribute("horizontal"))}
          {nodes.length > 2 && tool("vertical", IconLayoutDistributeVertical, () => commands.distribute("vertical"))}
          {tool("tidy", IconLayoutDashboard, () => void commands.tidy(), "Shift+Alt+T")}
          {tool("frame", IconBoxMargin, () => commands.frame(), "Mod+G")}
          {tool("disable", IconPlayerSkipForward, () => commands.toggleDisabled(), "D")}
          {tool("pin", IconPin, () => commands.togglePinned(), "P")}
        </>
      )}
      {nodes.some(isFrame) && tool("collapse", IconFold, () => commands.toggleCollapsed(), "Alt+G")}
      {tool("duplicate", IconCopy, () => commands.duplicate(), "Mod+D")}
      {tool("delete", IconTrash, () => commands.remove(), "Del")}
    </div>
  );
}
