import { create } from "zustand";
import type { AppMode, Id } from "@/api/types";

/** Something that was open lately: an app or a dataset, and which page of it. */
export interface Recent {
  kind: "app" | "dataset";
  id: Id;
  title: string;
  /** The address of the page. */
  to: string;
  /** Which part of it: canvas, runs, documents, … */
  part: string;
  /** What an app looks like. */
  look?: { icon: string; icon_background: string; mode: AppMode };
}

const MOST = 10;
const stored = (ws: Id) => `tidemill-recent-${ws}`;

function read(ws: Id): Recent[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(stored(ws)) ?? "[]");
    return Array.isArray(value) ? (value as Recent[]) : [];
  } catch {
    return [];
  }
}

/** The list with `one` at its head; an older entry of the same thing goes. */
export function withRecent(list: readonly Recent[], one: Recent): Recent[] {
  return [one, ...list.filter(({ kind, id }) => kind !== one.kind || id !== one.id)].slice(0, MOST);
}

interface Recents {
  lists: Record<Id, readonly Recent[]>;
  remember(ws: Id, one: Recent): void;
  forget(ws: Id, id: Id): void;
}

function keep(ws: Id, list: readonly Recent[]): void {
  try {
    localStorage.setItem(stored(ws), JSON.stringify(list));
  } catch {
    // Without storage they last until the page is left.
  }
}

const useStore = create<Recents>((set, get) => {
  const put = (ws: Id, list: readonly Recent[]) => {
    keep(ws, list);
    set({ lists: { ...get().lists, [ws]: list } });
  };
  return {
    lists: {},
    remember: (ws, one) => put(ws, withRecent(get().lists[ws] ?? read(ws), one)),
    forget: (ws, id) =>
      put(
        ws,
        (get().lists[ws] ?? read(ws)).filter((one) => one.id !== id),
      ),
  };
});

export const useRememberRecent = () => useStore((state) => state.remember);
export const forgetRecent = (ws: Id, id: Id) => useStore.getState().forget(ws, id);

/** What was open lately on this device, the latest first. */
export function useRecents(ws: Id): readonly Recent[] {
  const kept = useStore((state) => state.lists[ws]);
  return kept ?? read(ws);
}
