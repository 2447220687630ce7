import { type ReactNode, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";

let target: HTMLElement | null = null;
const listeners = new Set<() => void>();

function setTarget(element: HTMLElement | null): void {
  target = element;
  for (const listener of listeners) listener();
}

/** The place in an app's header, right of its tabs, that the open page may fill. */
export function HeaderSlotTarget({ className }: { className?: string }) {
  return <div ref={setTarget} className={className} />;
}

/** Shows `children` in the app's header: save state, undo, test run, publish. */
export function HeaderSlot({ children }: { children: ReactNode }) {
  const element = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => target,
  );
  return element ? createPortal(children, element) : null;
}
