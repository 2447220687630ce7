/** Messages of a model call: read both shapes, add, change kind. Pure. */
import { toJinja, toReferences, type VariableRow } from "@/features/prompt/jinja";
import { type Json, rowsOf } from "../form/field-schema";

export type Role = "system" | "user" | "assistant";
export interface Message {
  role: Role;
  text: string;
  edition_type?: string;
  jinja2_text?: string;
  id?: string;
  [key: string]: unknown;
}

export const isJinja = (message: { edition_type?: unknown }): boolean => message.edition_type === "jinja2";
export const textOf = (message: Message): string => (isJinja(message) ? (message.jinja2_text ?? "") : message.text);

export function readMessages(value: unknown): Message[] {
  return rowsOf<Json>(value).map((raw) => ({
    ...raw,
    role: raw.role === "system" || raw.role === "assistant" ? raw.role : "user",
    text: typeof raw.text === "string" ? raw.text : "",
    jinja2_text: typeof raw.jinja2_text === "string" ? raw.jinja2_text : undefined,
    edition_type: typeof raw.edition_type === "string" ? raw.edition_type : undefined,
    id: typeof raw.id === "string" ? raw.id : undefined,
  }));
}

/** Put a text where the message keeps it. */
export function withText<M extends { edition_type?: unknown }>(message: M, text: string): M {
  return isJinja(message) ? { ...message, jinja2_text: text } : { ...message, text };
}

/** Switch between chips and Jinja; what can be carried over is. */
export function withJinja(message: Message, on: boolean, rows: readonly VariableRow[]): { message: Message; rows: VariableRow[] } {
  if (on) {
    const jinja = toJinja(message.text, rows);
    return { message: { ...message, edition_type: "jinja2", jinja2_text: jinja.text }, rows: jinja.rows };
  }
  const { jinja2_text, ...rest } = message;
  return { message: { ...rest, edition_type: "basic", text: toReferences(jinja2_text ?? "", rows) }, rows: [...rows] };
}

/** The role that likely comes next: system first, then user and assistant in turn. */
export function nextRole(messages: readonly Message[]): Role {
  if (messages.length === 0) return "system";
  return messages.at(-1)?.role === "user" ? "assistant" : "user";
}
