import type { Viewport } from "@xyflow/react";
import type { Flow } from "./view-types";
import type { CanvasUiStore } from "./canvas-ui";
import { type RefObject, useCallback, useEffect, useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useCanvasSettings } from "./canvas-settings";
import { isTypingIn } from "./keys";

const MANY = 300;
/** A handle is 28 pixels wide; a target must not be smaller than 24 on the screen. */
const NEAR = 24 / 28;

function lodOf(zoom: number): "full" | "mid" | "low" | "dot" {
  if (zoom < 0.2) return "dot";
  if (zoom < 0.4) return "low";
  return zoom < 0.6 ? "mid" : "full";
}

/** Where the person last looked in this app, on this device. */
export function useStoredViewport(key: string | null): { initial: Viewport | null; keep: (viewport: Viewport) => void } {
  const name = key && `tidemill.viewport.${key}`;
  const initial = useMemo(() => {
    if (!name) return null;
    try {
      const raw = JSON.parse(localStorage.getItem(name) ?? "null") as Viewport | null;
      return raw && [raw.x, raw.y, raw.zoom].every(Number.isFinite) ? raw : null;
    } catch {
      return null;
    }
  }, [name]);
  const keep = useCallback(
    (viewport: Viewport) => {
      if (!name) return;
      try {
        localStorage.setItem(name, JSON.stringify(viewport));
      } catch {
        // Without storage the canvas opens with everything in view.
      }
    },
    [name],
  );
  return { initial, keep };
}

/** Level of detail and movement as attributes of the canvas, so that zooming and panning draw no card anew. */
export function useMoveAttributes(root: RefObject<HTMLElement | null>, ui: CanvasUiStore, nodeCount: number) {
  useEffect(() => {
    root.current?.toggleAttribute("data-many", nodeCount > MANY);
  }, [root, nodeCount]);
  return useMemo(() => {
    const show = (zoom: number): void => {
      const lod = lodOf(zoom);
      if (root.current?.getAttribute("data-lod") !== lod) root.current?.setAttribute("data-lod", lod);
      const near = zoom >= NEAR;
      if (ui.getState().near !== near) ui.setState({ near });
    };
    return {
      show,
      onMove: (_: unknown, viewport: Viewport): void => show(viewport.zoom),
      onMoveStart: (): void => void root.current?.setAttribute("data-moving", ""),
      stop: (): void => root.current?.removeAttribute("data-moving"),
    };
  }, [root, ui]);
}

/** Turns of the wheel that follow each other within this time come from one movement of the hand. */
const ONE_MOVE_MS = 250;

/**
 * Whether the wheel pans. A trackpad sends many small steps, often sideways; a mouse sends few large
 * ones straight up and down. Guessed when a movement begins, and in time for its first step.
 */
export function usePansByWheel(root: RefObject<HTMLElement | null>): boolean {
  const wheel = useCanvasSettings((settings) => settings.wheel);
  const [guess, setGuess] = useState(false);
  useEffect(() => {
    const element = root.current;
    if (wheel !== "guess") return;
    let last = 0;
    const onWheel = (event: WheelEvent): void => {
      const goesOn = event.timeStamp - last < ONE_MOVE_MS;
      last = event.timeStamp;
      if (goesOn || event.ctrlKey || event.metaKey) return;
      const mouse = event.deltaMode !== 0 || (event.deltaX === 0 && Math.abs(event.deltaY) >= 50);
      flushSync(() => setGuess(!mouse));
    };
    element?.addEventListener("wheel", onWheel, { capture: true, passive: true });
    return () => element?.removeEventListener("wheel", onWheel, { capture: true });
  }, [root, wheel]);
  return wheel === "guess" ? guess : wheel === "trackpad";
}

/** While Space is held, dragging pans wherever it begins: the cards let the pointer through. */
export function useSpaceHand(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const hold = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.key !== " " || isTypingIn(target) || !(target instanceof HTMLElement)) return;
      const ours = target === document.body || (root.current?.contains(target) && !target.closest("button, [role=button], a"));
      if (!ours) return;
      event.preventDefault();
      root.current?.setAttribute("data-hand", "");
    };
    const drop = (event: Event): void => {
      if (!(event instanceof KeyboardEvent) || event.key === " ") root.current?.removeAttribute("data-hand");
    };
    window.addEventListener("keydown", hold);
    window.addEventListener("keyup", drop);
    window.addEventListener("blur", drop);
    return () => {
      window.removeEventListener("keydown", hold);
      window.removeEventListener("keyup", drop);
      window.removeEventListener("blur", drop);
    };
  }, [root]);
}

/** When the run dock opens or is resized, what was in the middle of the canvas stays there. */
export function useKeepMiddle(root: RefObject<HTMLElement | null>, flow: Pick<Flow, "getViewport" | "setViewport">): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    // Told by the observer's first call: asking here would have the page laid out before its cards are measured.
    let height = 0;
    const observer = new ResizeObserver(() => {
      const next = element.clientHeight;
      if (height && next && next !== height) {
        const { x, y, zoom } = flow.getViewport();
        void flow.setViewport({ x, y: y + (next - height) / 2, zoom });
      }
      height = next || height;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [root, flow]);
}
