/** The key of a request: read both shapes, tell whether it stands in the flow in the clear. Pure. */
import { splitReferences } from "@/features/prompt/reference";
import { type Json, record } from "../form/field-schema";

export type AuthKind = "no-auth" | "bearer" | "basic" | "custom";

export interface Authorization {
  kind: AuthKind;
  key: string;
  header: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function readAuthorization(value: unknown): Authorization {
  const raw = record(value);
  const config = record(raw.config);
  const short = raw.type === "basic" || raw.type === "bearer" || raw.type === "custom";
  const kind = short ? raw.type : raw.type === "api-key" ? (config.type ?? "bearer") : "no-auth";
  const known: AuthKind = kind === "no-auth" || kind === "basic" || kind === "custom" ? kind : "bearer";
  return { kind: known, key: text(config.api_key), header: text(config.header) };
}

export function writeAuthorization(value: unknown, patch: Partial<Authorization>): Json {
  const raw = record(value);
  const next = { ...readAuthorization(value), ...patch };
  if (next.kind === "no-auth") return { ...raw, type: "no-auth", config: null };
  const { header: _header, ...config } = record(raw.config);
  const header = next.kind === "custom" || next.header ? { header: next.header } : {};
  return { ...raw, type: "api-key", config: { ...config, type: next.kind, api_key: next.key, ...header } };
}

/** True when any of the key is written out, instead of being taken from a variable. */
export function isInTheClear(key: string): boolean {
  return splitReferences(key).some((part) => part.kind === "text" && part.text.trim() !== "");
}

/** A name for an environment variable that none has yet. */
export function freeSecretName(title: string, taken: ReadonlySet<string>): string {
  const base =
    `${title}_KEY`
      .normalize("NFKD")
      .replace(/[^A-Za-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .replace(/^(?=\d)/, "_")
      .toUpperCase()
      .slice(0, 26) || "API_KEY";
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}_${number}`;
  return name;
}
