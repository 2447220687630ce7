/** What is compared: the app's settings, each time with another model or prompt over them. Pure but for the browser's storage. */
import { object, type Settings } from "../settings";

export const MOST = 4;
export const LEAST = 2;
const PROMPT = ["prompt_type", "pre_prompt", "chat_prompt_config", "completion_prompt_config"] as const;

export interface Variant {
  id: string;
  /** Null: the app's own. */
  model: Settings | null;
  /** The settings of the prompt; null: the app's own. */
  prompt: Settings | null;
}

/** The name of a column by its place. */
export const letter = (index: number): string => String.fromCharCode(65 + index);

export const newVariant = (): Variant => ({ id: crypto.randomUUID(), model: null, prompt: null });

/** The app's settings as a variant has them. */
export function withVariant(settings: Settings, { model, prompt }: Pick<Variant, "model" | "prompt">): Settings {
  return { ...settings, ...prompt, ...(model ? { model } : {}) };
}

/** A variant after its settings were edited: what is as in the app counts as the app's. */
export function edited(variant: Variant, app: Settings, settings: Settings): Variant {
  const own = Object.fromEntries(PROMPT.filter((name) => settings[name] !== undefined).map((name) => [name, settings[name]]));
  const prompt = variant.prompt || PROMPT.some((name) => settings[name] !== app[name]) ? own : null;
  return { ...variant, prompt, model: settings.model === app.model ? null : object(settings.model) };
}

export const withOwnPrompt = (variant: Variant, app: Settings): Variant => ({
  ...variant,
  prompt: Object.fromEntries(PROMPT.filter((name) => app[name] !== undefined).map((name) => [name, app[name]])),
});

export function duplicated(variants: readonly Variant[], id: string): Variant[] {
  if (variants.length >= MOST) return [...variants];
  return variants.flatMap((one) => (one.id === id ? [one, { ...one, id: crypto.randomUUID() }] : [one]));
}

export function removed(variants: readonly Variant[], id: string): Variant[] {
  return variants.length <= LEAST ? [...variants] : variants.filter((one) => one.id !== id);
}

const keyOf = (appId: string): string => `tidemill.compare.${appId}`;

export function readVariants(appId: string, storage: Storage = localStorage): Variant[] {
  try {
    const raw = JSON.parse(storage.getItem(keyOf(appId)) ?? "null") as unknown;
    const rows = (Array.isArray(raw) ? raw : []).map(object).filter((row) => typeof row.id === "string");
    const read = rows.slice(0, MOST).map((row) => ({ id: String(row.id), model: whole(row.model), prompt: whole(row.prompt) }));
    return read.length >= LEAST ? read : [newVariant(), newVariant()];
  } catch {
    return [newVariant(), newVariant()];
  }
}

const whole = (value: unknown): Settings | null => (Object.keys(object(value)).length > 0 ? object(value) : null);

export function keepVariants(appId: string, variants: readonly Variant[], storage: Storage = localStorage): void {
  try {
    storage.setItem(keyOf(appId), JSON.stringify(variants));
  } catch {
    // They then last until the page is left.
  }
}
