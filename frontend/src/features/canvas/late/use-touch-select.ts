import { type RefObject, useEffect } from "react";
import classes from "../canvas.module.css";
import type { EditorStore } from "../store";
import type { Flow } from "../view-types";

const LONG_MS = 450;
const STILL = 10;

interface Point {
  x: number;
  y: number;
}

/** A finger that rests on the empty canvas and then moves draws a box; what the box touches is selected. */
export function useTouchSelect(editor: EditorStore, flow: Flow, root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let from: Point | null = null;
    let box: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const forget = (): void => {
      clearTimeout(timer);
      box?.remove();
      from = box = null;
    };
    const draw = (to: Point): void => {
      if (!from || !box) return;
      const frame = element.getBoundingClientRect();
      const left = Math.min(from.x, to.x);
      const top = Math.min(from.y, to.y);
      const [width, height] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
      Object.assign(box.style, {
        left: `${left - frame.left}px`,
        top: `${top - frame.top}px`,
        width: `${width}px`,
        height: `${height}px`,
      });
      const corner = flow.screenToFlowPosition({ x: left, y: top }, { snapToGrid: false });
      const { zoom } = flow.getViewport();
      const found = flow.getIntersectingNodes({ ...corner, width: width / zoom, height: height / zoom }, true);
      editor.actions.select({ nodes: found.filter((node) => !node.hidden && node.type !== "frame").map((node) => node.id) });
    };
    const onDown = (event: PointerEvent): void => {
      const second = from !== null;
      forget();
      if (second || event.pointerType !== "touch" || !(event.target as Element).matches(".react-flow__pane, [data-floor]")) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        box = document.createElement("div");
        box.className = classes.touchBox!;
        element.append(box);
        draw(from!);
        navigator.vibrate?.(12);
      }, LONG_MS);
    };
    const onMove = (event: TouchEvent): void => {
      const touch = event.touches[0];
      if (!from || !touch) return;
      const to = { x: touch.clientX, y: touch.clientY };
      if (box && event.touches.length === 1) {
        event.preventDefault();
        event.stopPropagation();
        draw(to);
      } else if (event.touches.length > 1 || Math.hypot(to.x - from.x, to.y - from.y) > STILL) forget();
    };
    const onMenu = (event: Event): void => {
      if (!box) return;
      event.preventDefault();
      event.stopPropagation();
    };
    element.addEventListener("pointerdown", onDown, true);
    element.addEventListener("touchmove", onMove, { capture: true, passive: false });
    element.addEventListener("touchend", forget, true);
    element.addEventListener("touchcancel", forget, true);
    element.addEventListener("contextmenu", onMenu, true);
    return () => {
      forget();
      element.removeEventListener("pointerdown", onDown, true);
      element.removeEventListener("touchmove", onMove, true);
      element.removeEventListener("touchend", forget, true);
      element.removeEventListener("touchcancel", forget, true);
      element.removeEventListener("contextmenu", onMenu, true);
    };
  }, [editor, flow, root]);
}
