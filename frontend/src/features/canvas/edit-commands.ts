import type { NodeType } from "@/api/types";
import { toggleBreakpoints } from "./breakpoints";
import type { Hint } from "./canvas-ui";
import type { Alignment, Distribution } from "./graph/align";
import { containerAt, fitted, moveBetween } from "./graph/containers";
import { isCollapsed, toggleCollapsed } from "./graph/frames";
import { isDecoration, isFrame, isInnerStart, NOTE_SIZE, type Point, type Size } from "./graph/model";
import { removeNodes } from "./graph/nodes";
import { freeSpot } from "./graph/placing";
import { moveAlong } from "./graph/reorder";
import { nodeById } from "./graph/structure";
import { canChangeType, canPin, canSwitch, pin, type Pinned, toggleDisabled, unpin } from "./graph/switches";
import { isOver } from "./run-reducer";
import { addFrame, addNote, type Theme } from "./notes/notes";
import type { ActLabel } from "./history";
import type { CommandContext } from "./commands";

interface Tools {
  middle: () => Point;
  hint: (message: Hint) => void;
  sizeOnScreen: (id: string) => Size | undefined;
  show: (id: string) => void;
  reveal: (id: string) => void;
}

/** Longest pinned output, as JSON: it is saved with the flow. */
const PIN_CHARS = 200_000;

/** What is done to steps and notes beside adding, connecting and removing them. */
export function makeEditCommands({ editor, ui, flow, nameOf, words }: CommandContext, { middle, hint, sizeOnScreen, show, reveal }: Tools) {
  const { actions } = editor;
  const state = editor.getState;
  const titleOf = (id: string): string => nodeById(state().document, id)?.data.title ?? "";
  const many = (key: string, ids: readonly string[]): ActLabel =>
    ids.length === 1 ? { key, params: { title: titleOf(ids[0]!) } } : { key: `${key}Many`, params: { count: ids.length } };

  /** The selected nodes that can be disabled and pinned. */
  const switchable = (): string[] => {
    const { document, selection } = state();
    return selection.nodes.filter((id) => canSwitch(nodeById(document, id)!));
  };

  const write = (id: string): void => {
    actions.select({ nodes: [id] });
    reveal(id);
    ui.setState({ renaming: id });
  };

  return {
    changeType: async (id: string, type: NodeType): Promise<void> => {
      const { changeType } = await import("./graph/change-type");
      const { document, nodeTypes } = state();
      const before = titleOf(id);
      const { document: next, lost, cut } = changeType(document, id, type, nameOf(type), nodeTypes);
      actions.change({ key: "changeType", params: { title: before, type: nameOf(type) } }, () => next);
      if (lost.length) hint({ at: middle(), key: "hint.settingsLost", params: { names: lost.join(", ") } });
      else if (cut) hint({ at: middle(), key: "hint.connectionsCut", params: { count: cut } });
      actions.openNode(id);
    },
    chooseType: (): void => {
      const { document, selection } = state();
      const node = selection.nodes.length === 1 ? nodeById(document, selection.nodes[0]!) : undefined;
      if (!node || !canChangeType(node)) return hint({ at: middle(), key: "hint.selectOneToChange" });
      const at = flow.flowToScreenPosition(flow.getInternalNode(node.id)?.internals.positionAbsolute ?? node.position);
      ui.setState({ palette: { at: { x: at.x + 24, y: at.y + 48 }, place: { kind: "replace", nodeId: node.id } } });
    },
    /** Marks where test runs stand; not part of the document. */
    toggleBreakpoints: (): void => {
      const { appId, document, selection } = state();
      const steps = selection.nodes.filter((id) => {
        const node = nodeById(document, id);
        return node && !isDecoration(node) && !isInnerStart(node.data.type);
      });
      if (!steps.length) return hint({ at: middle(), key: "hint.selectToBreak" });
      toggleBreakpoints(appId, steps);
    },
    /** Begins a test run that stands before every step, unless one goes on. */
    step: (testRun: (stepping?: boolean) => void): boolean => {
      const { appId, activeRunId, run } = state();
      if (!appId) return false;
      if (activeRunId === null || isOver(run)) testRun(true);
      return true;
    },
    toggleDisabled: (): void => {
      const ids = switchable();
      if (!ids.length) return hint({ at: middle(), key: "hint.cannotDisable" });
      const enabling = ids.every((id) => nodeById(state().document, id)?.data.disabled === true);
      actions.change(many(enabling ? "enable" : "disable", ids), (document) => toggleDisabled(document, ids));
    },
    togglePinned: (): void => {
      const { document, run } = state();
      const ids = switchable().filter((id) => canPin(nodeById(document, id)!));
      const pinned = ids.filter((id) => nodeById(document, id)?.data.pinned);
      if (ids.length && pinned.length === ids.length) return actions.change(many("unpin", ids), (now) => unpin(now, ids));
      const values: Record<string, Pinned> = {};
      for (const id of ids) {
        const step = run.trace.findLast((one) => one.nodeId === id && (one.state === "succeeded" || one.state === "exception"));
        if (!step || JSON.stringify(step.outputs).length > PIN_CHARS) continue;
        values[id] = { outputs: step.outputs, ...(step.handle ? { handle: step.handle } : {}) };
      }
      const found = Object.keys(values);
      if (!found.length) return hint({ at: middle(), key: "hint.nothingToPin" });
      actions.change(many("pin", found), (now) => pin(now, values));
    },
    addNote: (at?: Point, text = "", writing = true): void => {
      let id = "";
      const place = flow.screenToFlowPosition(at ?? middle());
      actions.change({ key: "addNote" }, (document) => {
        const beside = freeSpot(document, { x: place.x - 120, y: place.y - 48 }, undefined, NOTE_SIZE);
        const added = addNote(document, { position: at ? place : beside, text });
        id = added.id;
        return added.document;
      });
      if (id && writing) write(id);
      else if (id) show(id);
    },
    setTheme: (id: string, theme: Theme): void =>
      actions.updateNodeData(id, (data) => void (data.theme = theme), { label: { key: "recolour" } }),
    frame: (): void => {
      const { document, selection } = state();
      const steps = selection.nodes.filter((id) => !isDecoration(nodeById(document, id)!));
      let id = "";
      actions.change({ key: "frame" }, (now) => {
        const added = addFrame(now, steps, words("card.frame"));
        id = added?.id ?? "";
        return added?.document ?? now;
      });
      if (id) write(id);
      else hint({ at: middle(), key: "hint.selectToFrame" });
    },
    /** Collapse frames to their titles, or open them; without ids those that are selected. */
    toggleCollapsed: (ids?: readonly string[]): void => {
      const { document, selection } = state();
      const frames = (ids ?? selection.nodes).map((id) => nodeById(document, id)!).filter(isFrame);
      if (!frames.length) return hint({ at: middle(), key: "hint.selectFrame" });
      const opening = frames.every(isCollapsed);
      const wanted = frames.filter((frame) => isCollapsed(frame) === opening);
      actions.change({ key: opening ? "expandFrame" : "collapseFrame" }, (now) =>
        wanted.reduce((next, frame) => toggleCollapsed(next, frame.id, sizeOnScreen), now),
      );
      show(frames[0]!.id);
    },
    /** One place back or on along its line. */
    reorder: (id: string, by: -1 | 1): void => {
      const { document, nodeTypes } = state();
      const moved = moveAlong(document, id, by, nodeTypes);
      if (!moved) return hint({ at: middle(), key: "hint.cannotReorder", params: { title: titleOf(id) } });
      actions.change({ key: "reorder", params: { title: titleOf(id) } }, () => moved);
    },
    align: async (to: Alignment): Promise<void> => {
      const { alignNodes, comparable } = await import("./graph/align");
      const { document, selection } = state();
      const parent = comparable(document, selection.nodes)[0]?.parentId;
      actions.change({ key: "align" }, (now) => fitted(alignNodes(now, selection.nodes, to, sizeOnScreen), parent));
    },
    distribute: async (along: Distribution): Promise<void> => {
      const { distribute } = await import("./graph/align");
      actions.change({ key: "distribute" }, (now) => distribute(now, state().selection.nodes, along, sizeOnScreen));
    },
    /** Out of the containers around the selected nodes, to the level that is around the innermost one. */
    moveOut: (): void => {
      const { document, selection } = state();
      const inside = selection.nodes.filter((id) => nodeById(document, id)?.parentId);
      const parent = nodeById(document, nodeById(document, inside[0] ?? "")?.parentId ?? "");
      if (!parent) return;
      const below = flow.getInternalNode(parent.id)?.measured.height ?? 0;
      const moved = moveBetween(document, inside, parent.parentId ?? null, { x: 0, y: below });
      actions.change(many("moveOut", inside), () => moved.document);
      if (moved.cut) hint({ at: middle(), key: "hint.connectionsCut", params: { count: moved.cut } });
      show(inside[0]!);
    },
    moveInto: (containerId: string): void => {
      const { document, selection } = state();
      const moved = moveBetween(document, selection.nodes, containerId);
      actions.change(many("moveInto", selection.nodes), () => moved.document);
      if (moved.cut) hint({ at: middle(), key: "hint.connectionsCut", params: { count: moved.cut } });
      show(selection.nodes[0]!);
    },
    /** The containers that the selected nodes could go into, for menus. */
    containersFor: (ids: readonly string[]): { id: string; title: string }[] => {
      const { document } = state();
      return document.graph.nodes
        .filter((node) => (node.data.type === "iteration" || node.data.type === "loop") && !ids.includes(node.id))
        .filter((node) => ids.some((id) => moveBetween(document, [id], node.id).document !== document))
        .map((node) => ({ id: node.id, title: node.data.title }));
    },
    containerUnder: (at: Point): string | undefined => containerAt(state().document, flow.screenToFlowPosition(at))?.id,
    removeOne: (id: string): void => actions.change({ key: "remove", params: { title: titleOf(id) } }, (now) => removeNodes(now, [id])),
  };
}
