/** What a page in a frame and the site around it say to each other. Both sides check origin, source and shape. */

export const MARK = "tidemill-page";

export type ToFrame =
  | { type: "hello"; identity: string; inputs: Record<string, string> }
  | { type: "shown"; open: boolean }
  | { type: "focus" }
  | { type: "send"; text: string };

export type ToHost = { type: "ready" } | { type: "close" } | { type: "unread"; unread: boolean };

const FRAME_TYPES = new Set(["hello", "shown", "focus", "send"]);
const HOST_TYPES = new Set(["ready", "close", "unread"]);
const MAX_TEXT = 100_000;

type Raw = Record<string, unknown>;

function marked(data: unknown, types: ReadonlySet<string>): Raw | null {
  if (typeof data !== "object" || data === null) return null;
  const raw = data as Raw;
  return raw.mark === MARK && typeof raw.type === "string" && types.has(raw.type) ? raw : null;
}

const short = (value: unknown): string => (typeof value === "string" && value.length <= MAX_TEXT ? value : "");

function strings(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value as Raw).filter((entry): entry is [string, string] => short(entry[1]) !== ""));
}

/** A message for the frame; null for anything else that windows send one another. */
export function readToFrame(data: unknown): ToFrame | null {
  const raw = marked(data, FRAME_TYPES);
  if (raw?.type === "hello") return { type: "hello", identity: short(raw.identity), inputs: strings(raw.inputs) };
  if (raw?.type === "shown") return { type: "shown", open: raw.open === true };
  if (raw?.type === "focus") return { type: "focus" };
  return raw?.type === "send" && short(raw.text) ? { type: "send", text: short(raw.text) } : null;
}

/** A message for the host page; null for anything else. */
export function readToHost(data: unknown): ToHost | null {
  const raw = marked(data, HOST_TYPES);
  if (raw?.type === "unread") return { type: "unread", unread: raw.unread === true };
  return raw?.type === "ready" || raw?.type === "close" ? { type: raw.type } : null;
}
