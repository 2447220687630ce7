/** The settings of a simple app (chat, agent, text generation) as data. Pure; unknown keys stay. */
import type { AppMode } from "@/api/types";
import { type InputField, fieldsOf } from "@/features/runs/input-fields";

export type Settings = Record<string, unknown>;

const SIMPLE: ReadonlySet<AppMode> = new Set<AppMode>(["chat", "completion", "agent-chat"]);
export const isSimple = (mode: AppMode): boolean => SIMPLE.has(mode);

export const object = (value: unknown): Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Settings) : {};
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
export const isOn = (value: unknown): boolean => object(value).enabled === true;
export const settingsOf = (document: Settings): Settings => object(document.model_config);

/** One input of the form; `kind` is its control. */
export interface FormRow {
  kind: string;
  fields: Settings;
}
export const FORM_KINDS = ["text-input", "paragraph", "select", "number", "checkbox"] as const;

export function formRows(settings: Settings): FormRow[] {
  const rows = Array.isArray(settings.user_input_form) ? settings.user_input_form : [];
  return rows.flatMap((raw) => Object.entries(object(raw)).map(([kind, fields]) => ({ kind, fields: object(fields) })));
}

export function withFormRows(settings: Settings, rows: readonly FormRow[]): Settings {
  return { ...settings, user_input_form: rows.map(({ kind, fields }) => ({ [kind]: fields })) };
}

/** The form as people fill it in. */
export function inputFields(settings: Settings): InputField[] {
  return fieldsOf(formRows(settings).map(({ kind, fields }) => ({ ...fields, type: kind })));
}

/** A name for a new variable that no row has. */
export function freeName(rows: readonly FormRow[]): string {
  const taken = new Set(rows.map((row) => row.fields.variable));
  let number = rows.length + 1;
  while (taken.has(`input_${number}`)) number += 1;
  return `input_${number}`;
}

export function datasetIds(settings: Settings): string[] {
  const rows = object(object(settings.dataset_configs).datasets).datasets;
  return (Array.isArray(rows) ? rows : []).flatMap((row) => {
    const dataset = object(object(row).dataset);
    return typeof dataset.id === "string" && dataset.enabled !== false ? [dataset.id] : [];
  });
}

/** Ids that are switched off stay in the list. */
export function withDatasetIds(settings: Settings, ids: readonly string[]): Settings {
  const configs = object(settings.dataset_configs);
  const old = object(configs.datasets);
  const off = (Array.isArray(old.datasets) ? old.datasets : []).filter((row) => object(object(row).dataset).enabled === false);
  const datasets = [...ids.map((id) => ({ dataset: { enabled: true, id } })), ...off];
  return { ...settings, dataset_configs: { ...configs, datasets: { ...old, datasets } } };
}

/** The words that are avoided. Files call the settings `config` or `configs`. */
export function avoided(settings: Settings): { key: "config" | "configs"; config: Settings } {
  const feature = object(settings.sensitive_word_avoidance);
  const key = Object.keys(object(feature.config)).length > 0 ? "config" : "configs";
  return { key, config: object(feature[key]) };
}

export function withAvoided(settings: Settings, change: Settings): Settings {
  const { key, config } = avoided(settings);
  const feature = object(settings.sensitive_word_avoidance);
  return { ...settings, sensitive_word_avoidance: { ...feature, type: text(feature.type) || "keywords", [key]: { ...config, ...change } } };
}

export interface PromptLine {
  role: string;
  text: string;
}

/** The messages of an advanced prompt; [] where the prompt is a simple one. */
export function promptLines(settings: Settings): PromptLine[] {
  if (settings.prompt_type !== "advanced") return [];
  const rows = object(settings.chat_prompt_config).prompt;
  return (Array.isArray(rows) ? rows : []).map((row) => ({ role: text(object(row).role), text: text(object(row).text) }));
}

export function withPromptLine(settings: Settings, index: number, words: string): Settings {
  const config = object(settings.chat_prompt_config);
  const rows = Array.isArray(config.prompt) ? config.prompt : [];
  const prompt = rows.map((row, at) => (at === index ? { ...object(row), text: words } : row));
  return { ...settings, chat_prompt_config: { ...config, prompt } };
}

/** Which files may go with a question; null when none may. */
export function uploadRules(settings: Settings): { types: string[]; count: number } | null {
  const upload = object(settings.file_upload);
  const image = object(upload.image);
  const most = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 3);
  if (upload.enabled === true) return { types: texts(upload.allowed_file_types), count: most(upload.number_limits) };
  return image.enabled === true ? { types: ["image"], count: most(image.number_limits) } : null;
}

/** Whether pictures that come with a question go to the model. */
export function seesPictures(settings: Settings): boolean {
  const upload = object(settings.file_upload);
  return isOn(upload.image) || (upload.enabled === true && texts(upload.allowed_file_types).includes("image"));
}

/** Switched off, pictures are also taken out of what a file allowed. */
export function withPictures(settings: Settings, on: boolean): Settings {
  const upload = object(settings.file_upload);
  const types = texts(upload.allowed_file_types);
  const allowed = on || upload.enabled !== true ? {} : { allowed_file_types: types.filter((type) => type !== "image") };
  return { ...settings, file_upload: { ...upload, ...allowed, image: { ...object(upload.image), enabled: on } } };
}
