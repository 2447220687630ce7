import type { Viewport } from "@xyflow/react";
import type { Flow } from "./view-types";
import type { CanvasUiStore } from "./canvas-ui";
import { type RefObject, useCallback, useEffect, useMemo, useState } from "react";

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

/**
 * Whether the wheel pans. A trackpad sends many small steps, often sideways; a mouse sends few large
 * ones straight up and down. Guessed at every turn of the wheel.
 */
export function usePansByWheel(root: RefObject<HTMLElement | null>): boolean {
  const [pans, setPans] = useState(false);
  useEffect(() => {
    const element = root.current;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) return;
      const mouse = event.deltaMode !== 0 || (event.deltaX === 0 && Math.abs(event.deltaY) >= 50);
      setPans(!mouse);
    };
    element?.addEventListener("wheel", onWheel, { capture: true, passive: true });
    return () => element?.removeEventListener("wheel", onWheel, { capture: true });
  }, [root]);
  return pans;
}

/** When the run dock opens or is resized, what was in the middle of the canvas stays there. */
export function useKeepMiddle(root: RefObject<HTMLElement | null>, flow: Pick<Flow, "getViewport" | "setViewport">): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let height = element.clientHeight;
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
