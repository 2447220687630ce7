import { type PointerEvent, useCallback, useState } from "react";
import classes from "./editor.module.css";

interface Limits {
  initial: number;
  min: number;
  max: number;
}
export interface DockSize extends Limits {
  size: number;
  set(size: number): void;
}

/** A dock's width or height in pixels, remembered on this device. */
export function useDockSize(name: string, limits: Limits): DockSize {
  const key = `tidemill.dock.${name}`;
  const { initial, min, max } = limits;
  const [size, setSize] = useState(() => {
    const stored = Number(localStorage.getItem(key));
    return stored >= min && stored <= max ? stored : initial;
  });
  const set = useCallback(
    (wanted: number) => {
      const next = Math.round(Math.min(max, Math.max(min, wanted)));
      setSize(next);
      localStorage.setItem(key, String(next));
    },
    [key, min, max],
  );
  return { ...limits, size, set };
}

const KEY_STEP = 16;

/** The edge of a dock that can be dragged, or moved with the arrow keys. */
export function DockResizer({ dock, edge, label }: { dock: DockSize; edge: "left" | "top"; label: string }) {
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const start = edge === "left" ? event.clientX : event.clientY;
    const from = dock.size;
    const target = event.currentTarget;
    target.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent): void => dock.set(from + start - (edge === "left" ? next.clientX : next.clientY));
    target.addEventListener("pointermove", move);
    target.addEventListener("lostpointercapture", () => target.removeEventListener("pointermove", move), { once: true });
  };
  return (
    // A separator that takes the focus is a widget: https://www.w3.org/TR/wai-aria-1.2/#separator
    <div
      className={classes.resizer}
      data-edge={edge}
      role="separator"
      aria-label={label}
      aria-orientation={edge === "left" ? "vertical" : "horizontal"}
      aria-valuenow={dock.size}
      aria-valuemin={dock.min}
      aria-valuemax={dock.max}
      tabIndex={0}
      onPointerDown={drag}
      onDoubleClick={() => dock.set(dock.initial)}
      onKeyDown={(event) => {
        const grow = edge === "left" ? "ArrowLeft" : "ArrowUp";
        const shrink = edge === "left" ? "ArrowRight" : "ArrowDown";
        if (event.key !== grow && event.key !== shrink) return;
        event.preventDefault();
        event.stopPropagation();
        dock.set(dock.size + (event.key === grow ? KEY_STEP : -KEY_STEP));
      }}
    />
  );
}
