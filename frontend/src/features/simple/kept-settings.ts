/** Settings that could not be saved, kept on this device until they are. */
import { object, type Settings } from "./settings";

export interface KeptSettings {
  settings: Settings;
  revision: number;
}

const keyOf = (appId: string): string => `tidemill.settings.${appId}`;

export function readKept(appId: string, storage: Storage = localStorage): KeptSettings | null {
  try {
    const raw = JSON.parse(storage.getItem(keyOf(appId)) ?? "null") as KeptSettings | null;
    return raw && typeof raw.revision === "number" && Object.keys(object(raw.settings)).length > 0 ? raw : null;
  } catch {
    return null;
  }
}

export function keep(appId: string, kept: KeptSettings, storage: Storage = localStorage): void {
  try {
    storage.setItem(keyOf(appId), JSON.stringify(kept));
  } catch {
    // Storage full or switched off: the changes stay in this tab, and leaving it asks first.
  }
}

export function forget(appId: string, storage: Storage = localStorage): void {
  try {
    storage.removeItem(keyOf(appId));
  } catch {
    // Nothing was kept.
  }
}
