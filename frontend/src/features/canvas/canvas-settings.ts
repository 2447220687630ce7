import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

/** How a person uses the canvas on this device. */
export interface CanvasSettings {
  /** What the wheel does without a key: told by how it turns, always zooms (a mouse), always pans (a trackpad). */
  wheel: "guess" | "mouse" | "trackpad";
  /** One click on a step opens its settings. */
  oneClick: boolean;
}

const STORED = "tidemill.canvas";
const USUAL: CanvasSettings = { wheel: "guess", oneClick: false };

function read(): CanvasSettings {
  try {
    const raw = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Partial<CanvasSettings>;
    const wheel = raw.wheel === "mouse" || raw.wheel === "trackpad" ? raw.wheel : "guess";
    return { wheel, oneClick: raw.oneClick === true };
  } catch {
    return USUAL;
  }
}

export const canvasSettings = createStore<CanvasSettings>(read);

canvasSettings.subscribe((settings) => {
  try {
    localStorage.setItem(STORED, JSON.stringify(settings));
  } catch {
    // Without storage the choice lasts until the page is left.
  }
});

export const useCanvasSettings = <T>(selector: (settings: CanvasSettings) => T): T => useStore(canvasSettings, selector);
