import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowNode } from "@/api/types";
import { useCanvasUiStore } from "../canvas-ui";
import { useCommands } from "../commands-context";
import { isDecoration } from "../graph/model";
import { around, childrenOf, nodeById, readingOrder } from "../graph/structure";
import { hasMod, isComposing, isTypingIn } from "../keys";
import { useEditor, useEditorActions, useEditorStore } from "../store";
import classes from "./outline.module.css";
import { OutlineRow } from "./outline-row";

export interface RowFacts {
  node: FlowNode;
  depth: number;
  /** Whether what is in it is listed; null when nothing can be in it. */
  expanded: boolean | null;
}

function useRows(closed: ReadonlySet<string>): RowFacts[] {
  const document = useEditor((state) => state.document);
  return useMemo(
    () =>
      readingOrder(document)
        .map((id) => nodeById(document, id)!)
        .filter((node) => !around(document, node).some((container) => closed.has(container.id)))
        .map((node) => ({
          node,
          depth: around(document, node).length,
          expanded: childrenOf(document, node.id).length ? !closed.has(node.id) : null,
        })),
    [document, closed],
  );
}

/** Every step in the order of the flow, what is in containers indented: a table by which all that the canvas does can be done with the keyboard. */
export function OutlineList({ wide = false }: { wide?: boolean }) {
  const { t } = useTranslation(["canvas", "canvas-more"]);
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const actions = useEditorActions();
  const commands = useCommands();
  const selected = useEditor((state) => state.selection.nodes);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [menuOf, setMenuOf] = useState<string | null>(null);
  const table = useRef<HTMLDivElement>(null);
  const rows = useRows(closed);
  const chosen = selected.at(-1);
  const current = rows.some(({ node }) => node.id === chosen) ? chosen : rows[0]?.node.id;

  const goTo = (id: string | undefined, extend = false): void => {
    if (!id) return;
    actions.select({ nodes: extend ? [...selected.filter((one) => one !== id), id] : [id] });
    // Covered by the list, the canvas follows when it is shown again.
    if (!wide) commands.reveal(id);
    table.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const fold = useCallback(
    (id: string, close: boolean): void =>
      setClosed((before) => {
        const next = new Set(before);
        if (close) next.add(id);
        else next.delete(id);
        return next;
      }),
    [],
  );
  const onMenu = useCallback((id: string, open: boolean): void => {
    setMenuOf(open ? id : null);
    if (open) return;
    // Unless what was chosen has taken it, the focus goes back to the row.
    setTimeout(() => {
      const row = table.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
      if (document.activeElement === document.body) row?.focus();
    }, 50);
  }, []);

  /** The keys of a table: along its rows, in and out of what is in a container. */
  const walk = (event: KeyboardEvent, at: number): boolean => {
    const { node, expanded } = rows[at]!;
    if (event.key === "ArrowDown") goTo(rows[at + 1]?.node.id, event.shiftKey);
    else if (event.key === "ArrowUp") goTo(rows[at - 1]?.node.id, event.shiftKey);
    else if (event.key === "Home") goTo(rows[0]?.node.id);
    else if (event.key === "End") goTo(rows.at(-1)?.node.id);
    else if (event.key === "ArrowRight") {
      if (expanded === false) fold(node.id, false);
      else if (expanded) goTo(rows[at + 1]?.node.id);
    } else if (event.key === "ArrowLeft") {
      if (expanded) fold(node.id, true);
      else goTo(node.parentId);
    } else return false;
    return true;
  };

  /** The keys of the canvas, for the row that has the focus. */
  const act = (event: KeyboardEvent, node: FlowNode): boolean => {
    const key = event.key.toLowerCase();
    const step = !isDecoration(node);
    if (event.key === "Enter") commands.open(node.id, true);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) setMenuOf(node.id);
    else if (key === "o" && step) commands.openOutput();
    else if (editor.getState().readOnly) return false;
    else if (event.key === "F2") ui.setState({ renaming: node.id });
    else if (event.key === "Delete" || event.key === "Backspace") {
      const at = rows.findIndex((row) => row.node.id === node.id);
      commands.remove();
      const next = rows[at + 1] ?? rows[at - 1];
      requestAnimationFrame(() => goTo(next?.node.id));
    } else if (key === "n" || key === "/") commands.openPalette();
    else if (key === "e" && step) commands.connectTo(node.id);
    else if (key === "d") commands.toggleDisabled();
    else if (key === "p") commands.togglePinned();
    else if (key === "r") commands.chooseType();
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const row = event.target instanceof HTMLElement ? event.target.dataset.row : undefined;
    const at = rows.findIndex(({ node }) => node.id === row);
    if (at < 0 || isComposing(event.nativeEvent) || isTypingIn(event.target)) return;
    const { node } = rows[at]!;
    if (!selected.includes(node.id)) actions.select({ nodes: [node.id] });
    const along = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    let done = false;
    if (event.altKey && along) {
      commands.reorder(node.id, along);
      requestAnimationFrame(() => goTo(node.id));
      done = true;
    } else if (hasMod(event) && event.key.toLowerCase() === "d" && !editor.getState().readOnly) done = (commands.duplicate(), true);
    else if (!event.altKey && !hasMod(event)) done = walk(event, at) || act(event, node);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={table}
      role="treegrid"
      tabIndex={-1}
      aria-label={t("outline.list")}
      aria-multiselectable
      className={classes.table}
      data-wide={wide || undefined}
      onKeyDown={onKeyDown}
    >
      {wide && (
        <div role="row" className={`${classes.row} ${classes.heads}`}>
          {(["step", "type", "state", "next"] as const).map((name) => (
            <span key={name} role="columnheader">
              {t(`canvas-more:list.${name}`)}
            </span>
          ))}
          <span role="columnheader" aria-label={t("canvas-more:list.menu")} />
        </div>
      )}
      {rows.map((row) => (
        <OutlineRow
          key={row.node.id}
          {...row}
          wide={wide}
          reachable={row.node.id === current}
          menu={menuOf === row.node.id}
          onMenu={onMenu}
          onFold={fold}
        />
      ))}
    </div>
  );
}
