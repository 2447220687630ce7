import { useEffect } from "react";
import { useReactFlow } from "@xyflow/react";
import type { CanvasUiStore } from "./canvas-ui";
import { NEXT_HEAT } from "./card-marks";
import type { Commands } from "./commands";
import { hasMod, isComposing, isInOverlay, isTypingIn } from "./keys";
import { type EditorStore } from "./store";
import type { Direction } from "./walk";

interface Options {
  editor: EditorStore;
  ui: CanvasUiStore;
  commands: Commands;
  root: () => HTMLElement | null;
  save: () => void;
  testRun: (stepping?: boolean) => void;
}

const ARROWS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
const STEP = 8;

const isCovered = (root: HTMLElement | null): boolean => root === null || root.closest("[inert]") !== null;

/** Keys of the editor: saving and running work everywhere on the page, the rest while the canvas has the focus. */
export function useCanvasKeys({ editor, ui, commands, root, save, testRun }: Options): void {
  const flow = useReactFlow();
  useEffect(() => {
    const { actions, getState } = editor;

    const everywhere = (event: KeyboardEvent): boolean => {
      if (event.key === "F10" && !hasMod(event) && !event.shiftKey && !event.altKey) return commands.step(testRun);
      if (!hasMod(event) || event.altKey)
        return event.altKey && event.code === "KeyR" && !isTypingIn(event.target) ? (testRun(), true) : false;
      if (event.key === "Enter" && event.shiftKey)
        void import("@/features/runs/run-parts").then(({ askToRunNode }) => askToRunNode(editor));
      else if (event.key === "Enter") testRun();
      else if (event.key === ".") getState().runControls?.stop();
      else if (event.key.toLowerCase() === "s" && !event.shiftKey) save();
      else return false;
      return true;
    };

    const history = (event: KeyboardEvent): boolean => {
      if (!hasMod(event) || event.altKey) return false;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) actions.undo();
      else if ((key === "z" && event.shiftKey) || (key === "y" && !event.shiftKey)) actions.redo();
      else if (key === "f" && !event.shiftKey && getState().appId) commands.search();
      else if (key === "e" && event.shiftKey && getState().appId) void commands.exportFile();
      else if (key === "h" && event.shiftKey) actions.setLeftDock(getState().leftDock === "versions" ? null : "versions");
      else return false;
      return true;
    };

    const withMod = (event: KeyboardEvent): boolean => {
      const key = event.key.toLowerCase();
      if (key === "a") commands.selectAll();
      else if (key === "d") commands.duplicate();
      else if (key === "g") commands.frame();
      else if (key === "]") commands.selectDownstream();
      else if (key === "1") commands.fit();
      else if (key === "=" || key === "+") void flow.zoomIn();
      else if (key === "-") void flow.zoomOut();
      else return false;
      return true;
    };

    const arrows = (event: KeyboardEvent): boolean => {
      const direction = ARROWS[event.key];
      if (!direction) return false;
      if (!event.altKey) {
        commands.walk(direction, event.shiftKey);
        return true;
      }
      const by = event.shiftKey ? 1 : STEP;
      commands.nudge(direction === "left" ? -by : direction === "right" ? by : 0, direction === "up" ? -by : direction === "down" ? by : 0);
      return true;
    };

    const plain = (event: KeyboardEvent): boolean => {
      const { selection, readOnly } = getState();
      const [selected] = selection.nodes;
      switch (event.key) {
        case "Enter":
          if (!selected) return false;
          commands.open(selected, true);
          return true;
        case "Escape":
          return commands.stepOut();
        case "1":
          commands.fit();
          return true;
        case "0":
          void flow.zoomTo(1, { duration: 150 });
          return true;
        case "2":
          commands.fit(selection.nodes);
          return true;
        case "+":
        case "=":
          void flow.zoomIn();
          return true;
        case "-":
          void flow.zoomOut();
          return true;
      }
      const key = event.key.toLowerCase();
      if (key === "m") ui.setState((now) => ({ minimap: !now.minimap }));
      else if (key === "v") ui.setState({ tool: "pointer" });
      else if (key === "h" && event.shiftKey) ui.setState((now) => ({ heatBy: NEXT_HEAT[now.heatBy ?? "off"] }));
      else if (key === "h") ui.setState({ tool: "hand" });
      else if (key === "b") commands.toggleBreakpoints();
      else if (key === "o") commands.openOutput();
      else if (key === "l" && event.shiftKey) commands.toggleList();
      else if (key === "l") actions.setLeftDock(getState().leftDock === "outline" ? null : "outline");
      else if (readOnly) return false;
      else if (event.key === "Delete" || event.key === "Backspace") commands.remove();
      else if (event.key === "F2" && selected) ui.setState({ renaming: selected });
      else if (key === "n" || key === "/") commands.openPalette();
      else if (key === "e") commands.connectSelected();
      else if (key === "s" && event.shiftKey) commands.addNote();
      else if (key === "d") commands.toggleDisabled();
      else if (key === "p") commands.togglePinned();
      else if (key === "r") commands.chooseType();
      else return false;
      return true;
    };

    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isComposing(event) || isInOverlay(event.target) || isCovered(root())) return;
      let done = everywhere(event);
      // Keys that come before the chooser or the palette has the focus are meant for it.
      const { connecting, palette } = ui.getState();
      const choosing = (connecting !== null || palette !== null) && event.key !== "Escape";
      if (!done && choosing) return;
      if (!done && !isTypingIn(event.target)) {
        const inside = event.target === document.body || root()?.contains(event.target as Node);
        done = history(event);
        if (!done && inside) {
          if (event.altKey && event.shiftKey && event.code === "KeyT") done = (void commands.tidy(), true);
          else if (event.altKey && !event.shiftKey && event.code === "KeyG") done = (commands.toggleCollapsed(), true);
          else if (hasMod(event) && !event.altKey && !event.shiftKey) done = withMod(event);
          else if (!hasMod(event)) done = arrows(event) || (!event.altKey && plain(event));
        } else if (!done && event.key === "Escape") done = commands.stepOut();
      } else if (!done && event.key === "Escape" && event.target instanceof HTMLElement && !root()?.contains(event.target)) {
        done = commands.stepOut();
      }
      if (done) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [editor, ui, commands, root, save, testRun, flow]);
}

/** Copy, cut and paste by the browser's own events, which need no permission. */
export function useClipboardEvents(
  editor: EditorStore,
  commands: Commands,
  root: () => HTMLElement | null,
  pointer: () => { x: number; y: number } | undefined,
): void {
  useEffect(() => {
    const ours = (event: ClipboardEvent): boolean =>
      !isCovered(root()) &&
      !isTypingIn(event.target) &&
      !isInOverlay(event.target) &&
      (event.target === document.body || root()?.contains(event.target as Node) === true);

    const onCopy = (event: ClipboardEvent): void => {
      if (!ours(event) || window.getSelection()?.toString()) return;
      const text = commands.copyText();
      if (!text) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut" && !editor.getState().readOnly) commands.remove();
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (!ours(event) || editor.getState().readOnly) return;
      event.preventDefault();
      void commands.paste(event.clipboardData?.getData("text/plain") ?? "", pointer());
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCopy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCopy);
      document.removeEventListener("paste", onPaste);
    };
  }, [editor, commands, root, pointer]);
}
