import type { Id, Model } from "@/api/types";

const KEPT = 4;
const keyOf = (workspaceId: Id): string => `tidemill.models.${workspaceId}`;
const nameOf = (model: Model): string => `${model.provider}\n${model.name}`;

function read(workspaceId: Id): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name): name is string => typeof name === "string") : [];
  } catch {
    return [];
  }
}

/** The models last chosen on this device, the newest first. */
export function recentModels(workspaceId: Id, models: readonly Model[]): Model[] {
  return read(workspaceId).flatMap((name) => models.filter((model) => nameOf(model) === name));
}

export function rememberModel(workspaceId: Id, model: Model): void {
  const name = nameOf(model);
  const kept = [name, ...read(workspaceId).filter((one) => one !== name)].slice(0, KEPT);
  try {
    localStorage.setItem(keyOf(workspaceId), JSON.stringify(kept));
  } catch {
    // Storage may be switched off: the list then begins with the first provider.
  }
}
