import { type RefObject, useEffect } from "react";
import type { CanvasUiStore } from "../canvas-ui";
import { lineOf } from "../graph/line";
import { isTypingIn } from "../keys";
import type { EditorStore } from "../store";

/** A key pressed with Alt must not make the canvas flicker: by the keyboard alone Alt is held this long. */
const HELD_MS = 350;

const cardOf = (target: EventTarget | null): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>("[data-node-id]")?.dataset.nodeId : undefined;

/** While Alt is held on a step, only what leads to it and what follows it stays bright. */
export function useDim(editor: EditorStore, ui: CanvasUiStore, root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let over: string | undefined;
    let held = false;
    let ours = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const light = (id: string | undefined): void => {
      const { lit } = ui.getState();
      // Marks that something else has put there are left alone.
      if (lit && !ours) return;
      ours = id !== undefined;
      if (lit || id) ui.setState({ lit: id ? lineOf(editor.getState().document, id) : null });
    };
    const onOver = (event: PointerEvent): void => {
      over = cardOf(event.target);
      if (event.altKey && held && event.buttons === 0) light(over);
    };
    const onLeave = (): void => {
      over = undefined;
      if (ours) light(undefined);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      clearTimeout(timer);
      if (event.key !== "Alt" || isTypingIn(event.target)) return event.altKey ? light(undefined) : undefined;
      const focused = document.activeElement?.matches(":focus-visible") ? cardOf(document.activeElement) : undefined;
      if (held || (!over && !(focused && element.contains(document.activeElement)))) return;
      held = true;
      if (over) {
        event.preventDefault();
        light(over);
      } else timer = setTimeout(() => light(focused), HELD_MS);
    };
    const end = (event?: Event): void => {
      if (event instanceof KeyboardEvent && event.key !== "Alt") return;
      clearTimeout(timer);
      // Some browsers would go to their menu now.
      if (held && event instanceof KeyboardEvent) event.preventDefault();
      held = false;
      if (ours) light(undefined);
    };
    element.addEventListener("pointerover", onOver);
    element.addEventListener("pointerleave", onLeave);
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("keyup", end);
    window.addEventListener("blur", end);
    return () => {
      end();
      element.removeEventListener("pointerover", onOver);
      element.removeEventListener("pointerleave", onLeave);
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("keyup", end);
      window.removeEventListener("blur", end);
    };
  }, [editor, ui, root]);
}
