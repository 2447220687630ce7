import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** Ids of marked steps by app. They belong to a person at work, not to the flow, so this device keeps them. */
type Breakpoints = Readonly<Record<string, readonly string[]>>;

const keyOf = (appId: string): string => `tidemill.breakpoints.${appId}`;
const NONE: readonly string[] = [];

const store = createStore<Breakpoints>(() => ({}));

function read(appId: string): readonly string[] {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(keyOf(appId)) ?? "[]");
    return Array.isArray(raw) ? raw.filter((id): id is string => typeof id === "string") : NONE;
  } catch {
    return NONE;
  }
}

/** The marked steps of an app; read from the device the first time. */
export function breakpointsOf(appId: string): readonly string[] {
  if (!appId) return NONE;
  const known = store.getState()[appId];
  if (known) return known;
  const found = read(appId);
  store.setState({ [appId]: found });
  return found;
}

/** Mark steps, or take the marks away when all of them have one. */
export function toggleBreakpoints(appId: string, ids: readonly string[]): void {
  if (!appId || !ids.length) return;
  const before = breakpointsOf(appId);
  const all = ids.every((id) => before.includes(id));
  const after = all ? before.filter((id) => !ids.includes(id)) : [...new Set([...before, ...ids])];
  store.setState({ [appId]: after });
  try {
    if (after.length) localStorage.setItem(keyOf(appId), JSON.stringify(after));
    else localStorage.removeItem(keyOf(appId));
  } catch {
    // Without storage they last until the page is left.
  }
}

/** Whether a step is marked; renders again when that changes. */
export const useBreakpoint = (appId: string, id: string): boolean =>
  useStore(store, (state) => (state[appId] ?? breakpointsOf(appId)).includes(id));

/** How many marks an app has. */
export const useBreakpointCount = (appId: string): number => useStore(store, (state) => (state[appId] ?? breakpointsOf(appId)).length);
