import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../commands-context";
import { FRAME_IN, FRAME_OUT, inFrame, isCollapsed } from "../graph/frames";
import { isDecoration } from "../graph/model";
import { nodeById } from "../graph/structure";
import { type EditorState, useEditor } from "../store";
import { useCardMarks } from "../use-card-marks";
import type { ViewNode } from "../view-types";
import { NoteCard } from "./note-card";
import classes from "./note.module.css";
import { notePlain } from "./note-text";
import { themeOf } from "./notes";

/** From the one that matters most: the state that a collapsed frame shows is the first that a step in it has. */
const STATES = ["failed", "held", "running", "retrying", "waiting", "exception", "stopped", "succeeded"] as const;

/** The steps that a collapsed frame keeps. */
function stepsOf({ document }: EditorState, id: string): string[] {
  const frame = nodeById(document, id);
  if (!frame || !isCollapsed(frame)) return [];
  return [...inFrame(document, frame)].filter((member) => !isDecoration(nodeById(document, member)!));
}

function stateOf(editor: EditorState, id: string): (typeof STATES)[number] | undefined {
  const states = new Set(stepsOf(editor, id).map((member) => editor.runs[member]?.state));
  return STATES.find((state) => states.has(state));
}

/** A titled area behind steps. Collapsed it stands for them, and their edges begin and end at it. */
export const FrameCard = memo(function FrameCard(props: NodeProps<ViewNode>) {
  const { id, data, selected } = props;
  const { t } = useTranslation("canvas");
  const commands = useCommands();
  const collapsed = data.collapsed === true;
  const count = useEditor((state) => stepsOf(state, id).length);
  const state = useEditor((editor) => (collapsed ? stateOf(editor, id) : undefined));
  const readOnly = useEditor((editor) => editor.readOnly);
  const marks = useCardMarks(id);
  const title = notePlain(data.text).split("\n")[0]!.slice(0, 80);
  const button = (
    <button
      type="button"
      className={`${classes.fold} nodrag`}
      aria-expanded={!collapsed}
      aria-label={t(collapsed ? "frame.expand" : "frame.collapse", { title })}
      title={`${t(collapsed ? "frame.expand" : "frame.collapse", { title })} (Alt+G)`}
      hidden={readOnly}
      tabIndex={selected ? 0 : -1}
      onClick={() => commands.toggleCollapsed([id])}
    >
      {collapsed ? <IconChevronRight size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
    </button>
  );
  if (!collapsed) return <NoteCard {...props}>{button}</NoteCard>;
  const about = t("frame.steps", { count });
  return (
    <div
      className={`${classes.note} ${classes.folded}`}
      role="group"
      aria-roledescription={t("card.frame")}
      aria-label={[t("card.frame"), title, about, state && t(`nodeState.${state}`)].filter(Boolean).join(t("card.comma"))}
      // It is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-selected={selected || undefined}
      data-theme={themeOf(data)}
      data-state={state}
      data-frame
      data-collapsed
      {...marks}
    >
      <Handle type="target" id={FRAME_IN} position={Position.Left} isConnectable={false} className={classes.knob} />
      {button}
      <span className={classes.foldedWords}>
        <strong>{title || t("card.frame")}</strong>
        <span>{state ? `${about} · ${t(`nodeState.${state}`)}` : about}</span>
      </span>
      <Handle type="source" id={FRAME_OUT} position={Position.Right} isConnectable={false} className={classes.knob} />
    </div>
  );
});
