import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocalized } from "@/lib/use-language";
import { useBreakpoint } from "../breakpoints";
import { useCanvasUi } from "../canvas-ui";
import { TitleField } from "../card-title";
import { useCommands } from "../commands-context";
import { isDecoration, isInnerStart } from "../graph/model";
import { edgesFrom, nodeById } from "../graph/structure";
import { NodeIcon } from "../node-icon";
import { NoteEditor } from "../notes/note-editor";
import { notePlain } from "../notes/note-text";
import { useEditor, useEditorActions, useEditorStore } from "../store";
import type { RowFacts } from "./outline-list";
import classes from "./outline.module.css";
import { RowMenu } from "./row-menu";

interface Props extends RowFacts {
  wide: boolean;
  reachable: boolean;
  menu: boolean;
  onMenu: (id: string, open: boolean) => void;
  onFold: (id: string, close: boolean) => void;
}

/** One step: what it is, how its last run went, where it leads. */
export const OutlineRow = memo(function OutlineRow({ node, depth, expanded, wide, reachable, menu, onMenu, onFold }: Props) {
  const { t } = useTranslation(["canvas", "canvas-more"]);
  const editor = useEditorStore();
  const actions = useEditorActions();
  const commands = useCommands();
  const localized = useLocalized();
  const document = useEditor((state) => state.document);
  const type = useEditor((state) => state.nodeTypes[node.data.type]);
  const selected = useEditor((state) => state.selection.nodes.includes(node.id));
  const run = useEditor((state) => state.runs[node.id]);
  // In the list beside the canvas the card has the field.
  const renaming = useCanvasUi((ui) => ui.renaming === node.id) && wide;
  const drawn = isDecoration(node);
  const inner = isInnerStart(node.data.type);
  const name = drawn ? notePlain(node.data.text).slice(0, 60) || t("card.note") : inner ? t("card.entry") : node.data.title;
  const next = edgesFrom(document, node.id)
    .map((edge) => nodeById(document, edge.target)?.data.title ?? "")
    .join(", ");
  const marked = useBreakpoint(editor.getState().appId, node.id);
  const state = [marked && t("card.breakpoint"), run && t(`nodeState.${run.state}`), node.data.disabled === true && t("card.disabled")]
    .filter(Boolean)
    .join(" · ");
  const kind = drawn ? t(node.data.frame === true ? "card.frame" : "card.note") : localized(type?.title) || node.data.type;
  const about = [state, next && t("outline.leadsTo", { titles: next })].filter(Boolean).join(" · ");

  const choose = (event: MouseEvent): void => {
    // A finger has no double-click: it taps what is selected.
    const { pointerType } = event.nativeEvent as PointerEvent;
    if (pointerType === "touch" && selected) return commands.open(node.id);
    const others = event.shiftKey || event.ctrlKey || event.metaKey ? editor.getState().selection.nodes : [];
    actions.select({ nodes: [...others.filter((id) => id !== node.id), node.id] });
    if (!wide) commands.reveal(node.id);
  };
  const Fold = expanded === null ? null : expanded ? IconChevronDown : IconChevronRight;
  return (
    // The keys are taken by the table around it.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      role="row"
      className={classes.row}
      tabIndex={reachable ? 0 : -1}
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={expanded ?? undefined}
      data-row={node.id}
      data-row-id={wide ? node.id : undefined}
      data-selected={selected || undefined}
      onClick={choose}
      onDoubleClick={() => commands.open(node.id, true)}
    >
      <span role="gridcell" className={classes.step} style={{ paddingInlineStart: depth * 18 }}>
        {Fold ? (
          <button
            type="button"
            tabIndex={-1}
            className={classes.fold}
            aria-label={t(expanded ? "canvas-more:list.close" : "canvas-more:list.open", { title: name })}
            onClick={(event) => {
              event.stopPropagation();
              onFold(node.id, expanded === true);
            }}
          >
            <Fold size={14} aria-hidden />
          </button>
        ) : (
          <span className={classes.fold} aria-hidden />
        )}
        <NodeIcon type={drawn ? "note" : node.data.type} group={type?.group} />
        <span className={classes.words}>
          {renaming && !drawn && <TitleField id={node.id} title={node.data.title} />}
          {renaming && drawn && <NoteEditor id={node.id} stored={node.data.text} />}
          {!renaming && <span className={classes.name}>{name}</span>}
          {!wide && about && <span className={classes.place}>{about}</span>}
        </span>
      </span>
      {wide && (
        <>
          <span role="gridcell" className={classes.cell} data-name="type">
            {kind}
          </span>
          <span role="gridcell" className={classes.cell} data-name="state" data-state={run?.state}>
            {state}
          </span>
          <span role="gridcell" className={classes.cell} data-name="next">
            {next}
          </span>
        </>
      )}
      <span role="gridcell">
        <RowMenu node={node} name={name} opened={menu} onOpened={(open) => onMenu(node.id, open)} reachable={reachable} />
      </span>
    </div>
  );
});
