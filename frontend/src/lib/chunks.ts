/** The parts of the studio that are loaded late: those that could not be, and loading some before they are needed. */

const missing = new WeakSet<object>();
const listeners = new Set<() => void>();
let early = 0;
let leaving = false;

window.addEventListener("vite:preloadError", (event) => {
  missing.add(event.payload);
  // A page that is being left stops its loads, and what was loaded ahead is asked for again when it is needed.
  if (early === 0 && !leaving) for (const listener of listeners) listener();
});
window.addEventListener("pagehide", () => {
  leaving = true;
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

/** True for the error of a part that could not be loaded: after an update of the platform the old ones are gone. */
export function isMissingPart(error: unknown): boolean {
  return typeof error === "object" && error !== null && missing.has(error);
}

/** Be told when a part that somebody needs now could not be loaded. Returns the end of it. */
export function onMissingPart(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Load parts ahead of their use. One that does not come is no failure: it is loaded again when it is needed. */
export async function loadEarly(...loads: (() => Promise<unknown>)[]): Promise<void> {
  early += 1;
  await Promise.allSettled(loads.map((load) => load()));
  early -= 1;
}
