import { useSyncExternalStore } from "react";

const query = typeof window.matchMedia === "function" ? window.matchMedia("(max-width: 47.99em)") : null;

function subscribe(listener: () => void): () => void {
  query?.addEventListener("change", listener);
  return () => query?.removeEventListener("change", listener);
}

export const isNarrow = (): boolean => query?.matches ?? false;

/** Whether the window is as narrow as a phone's, where the canvas is looked at but not drawn on. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, isNarrow);
