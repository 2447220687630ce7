/** Named sets of test inputs, kept on this device. */
import type { KeptInputs } from "./test-inputs";

export interface InputSet extends KeptInputs {
  name: string;
}

const keyOf = (appId: string): string => `tidemill.input-sets.${appId}`;
const MOST = 50;

export function readSets(appId: string, storage: Storage = localStorage): InputSet[] {
  try {
    const raw: unknown = JSON.parse(storage.getItem(keyOf(appId)) ?? "[]");
    return Array.isArray(raw) ? raw.filter((one): one is InputSet => typeof one?.name === "string" && typeof one.values === "object") : [];
  } catch {
    return [];
  }
}

/** False when the device has no room for it. */
export function writeSets(appId: string, sets: readonly InputSet[], storage: Storage = localStorage): boolean {
  try {
    storage.setItem(keyOf(appId), JSON.stringify(sets));
    return true;
  } catch {
    return false;
  }
}

/** The sets with this one in the place of that of the same name, the newest first. */
export function withSet(sets: readonly InputSet[], set: InputSet): InputSet[] {
  return [set, ...sets.filter((one) => one.name !== set.name)].slice(0, MOST);
}
