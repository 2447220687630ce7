/** What was typed into an app's test form, kept on this device. */
import type { FormValues } from "./input-fields";

export interface KeptInputs {
  values: FormValues;
  query: string;
}

const keyOf = (appId: string): string => `tidemill.inputs.${appId}`;

export function readInputs(appId: string, storage: Storage = localStorage): KeptInputs | null {
  try {
    const raw = JSON.parse(storage.getItem(keyOf(appId)) ?? "null") as Partial<KeptInputs> | null;
    return raw && typeof raw.values === "object" && raw.values !== null
      ? { values: raw.values, query: typeof raw.query === "string" ? raw.query : "" }
      : null;
  } catch {
    return null;
  }
}

export function keepInputs(appId: string, kept: KeptInputs, storage: Storage = localStorage): void {
  try {
    storage.setItem(keyOf(appId), JSON.stringify(kept));
  } catch {
    // Storage full or switched off: the form starts empty next time.
  }
}
