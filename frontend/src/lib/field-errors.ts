import { ApiError } from "@/api/client";

/** The first complaint about each field of a refused form, from `details.fields`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const { fields } = error.details;
  if (typeof fields !== "object" || fields === null) return {};
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") found[name] = first;
  }
  return found;
}
