/** The inputs and features of the app, from `/v1/parameters`. Pure. */
import { fieldsOf, type FormValues, initialValues, type InputField, isEmpty, toInputs } from "@/features/runs/input-fields";
import type { FileRules } from "../files/uploads";

export interface PageField extends InputField {
  files: FileRules;
}

interface Switch {
  enabled: boolean;
}

export interface Parameters {
  opening_statement: string;
  suggested_questions: string[];
  suggested_questions_after_answer: Switch;
  speech_to_text: Switch;
  text_to_speech: Switch;
  retriever_resource: Switch;
  more_like_this: Switch;
  user_input_form: Record<string, Record<string, unknown>>[];
  file_upload: {
    enabled: boolean;
    number_limits?: number;
    allowed_file_types?: string[];
    allowed_file_extensions?: string[];
    allowed_file_upload_methods?: string[];
    image?: { enabled: boolean; number_limits?: number };
  };
  system_parameters: Record<string, number>;
}

function sizesOf(parameters: Parameters): Record<string, number> {
  const limit = (name: string, or: number) => parameters.system_parameters[name] ?? or;
  return {
    image: limit("image_file_size_limit", 10),
    audio: limit("audio_file_size_limit", 50),
    video: limit("video_file_size_limit", 100),
    document: limit("file_size_limit", 15),
  };
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

export function pageFields(parameters: Parameters): PageField[] {
  const sizes = sizesOf(parameters);
  const rows = parameters.user_input_form.flatMap((entry) =>
    Object.entries(entry).map(([type, row]): Record<string, unknown> => ({ type, ...row })),
  );
  return fieldsOf(rows).map((field) => {
    const row = rows.find((one) => one.variable === field.name) ?? {};
    const types = texts(row.allowed_file_types);
    const count = field.type === "file-list" ? (field.maxLength ?? 10) : 1;
    return { ...field, files: { types, extensions: texts(row.allowed_file_extensions), count, sizes } };
  });
}

export const visibleFields = (fields: readonly PageField[]): PageField[] => fields.filter((field) => !field.hidden);

/** What files go with a message; null when the app takes none. */
export function messageFiles(parameters: Parameters): FileRules | null {
  const upload = parameters.file_upload;
  const sizes = sizesOf(parameters);
  if (upload.enabled) {
    const extensions = texts(upload.allowed_file_extensions);
    return { types: texts(upload.allowed_file_types), extensions, count: upload.number_limits ?? 3, sizes };
  }
  return upload.image?.enabled ? { types: ["image"], extensions: [], count: upload.image.number_limits ?? 3, sizes } : null;
}

/** Values to begin with: those filled in by the site or the address, else the defaults. */
export function firstValues(fields: readonly PageField[], prefilled: Record<string, unknown>): FormValues {
  return initialValues(fields, prefilled);
}

/** Whether a form has to be filled in before anything else can happen. */
export const needsForm = (fields: readonly PageField[], values: FormValues): boolean =>
  fields.some((field) => field.required && isEmpty(field, values[field.name]));

/** The `inputs` of a body: uploaded files by their id alone, and none that the conversation has already. */
export function bodyInputs(fields: readonly PageField[], values: FormValues): Record<string, unknown> {
  const inputs = Object.entries(toInputs(fields, values)).filter(([, value]) => !isStored(Array.isArray(value) ? value[0] : value));
  return Object.fromEntries(inputs.map(([name, value]) => [name, withoutShown(value)]));
}

/** A file as the server tells of one that it has. */
export const isStored = (value: unknown): value is { filename?: string } =>
  typeof value === "object" && value !== null && "dify_model_identity" in value;

function withoutShown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutShown);
  if (typeof value !== "object" || value === null || !("upload_file_id" in value)) return value;
  const { type, transfer_method, upload_file_id } = value as Record<string, unknown>;
  return { type, transfer_method, upload_file_id };
}

/** The opening message with the inputs in their places. */
export function opening(statement: string, values: FormValues): string {
  return statement.replace(/\{\{\s*(\w+)\s*\}\}/g, (mark, name: string) => {
    const value = values[name];
    return typeof value === "string" && value ? value : mark;
  });
}
