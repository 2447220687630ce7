import type { NodeType } from "@/api/types";
import { CurlError, readCurl } from "@/features/panel/widgets/curl-command";
import { withRequest } from "@/features/panel/widgets/curl-settings";
import type { Fragment } from "./clipboard";
import { newNodeId } from "./model";

/** What a pasted text is: steps made of it, a flow to read as YAML, something refused, or plain words. */
export type Recognised =
  | { kind: "steps"; fragment: Fragment }
  | { kind: "flow" }
  | { kind: "refused"; reason: "foreign" | "curl_unread" | "empty" }
  | { kind: "words" };

/** Lines by which a YAML or JSON text shows that it means to be a flow; other texts with colons are words. */
const FLOW = /^\s*(?:["']?(?:tidemill|kind|app|workflow|graph|nodes|edges|dependencies)["']?\s*:|[{[])/m;

/** A file of a flow program that keeps its steps in another shape. */
function isForeign(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    const raw = JSON.parse(text) as Record<string, unknown>;
    return typeof raw === "object" && raw !== null && Array.isArray(raw.nodes) && "connections" in raw;
  } catch {
    return false;
  }
}

function httpStep(type: NodeType, title: string, settings: Record<string, unknown>): Fragment {
  const data = { ...structuredClone(type.defaults), ...settings, type: type.type, title };
  return { nodes: [{ id: newNodeId(), type: "custom", position: { x: 0, y: 0 }, data }], edges: [] };
}

const titleOf = (address: string, usual: string): string => {
  try {
    return new URL(address).host || usual;
  } catch {
    return usual;
  }
};

/** Tell what a pasted text is. `http` is the type that requests become; without it they stay words. */
export function recognise(text: string, http: NodeType | undefined, nameOf: (type: NodeType) => string): Recognised {
  const clean = text.trim();
  if (!clean) return { kind: "refused", reason: "empty" };
  if (isForeign(clean)) return { kind: "refused", reason: "foreign" };
  if (http && /^(?:\$\s+)?curl\s/.test(clean)) {
    try {
      const request = readCurl(clean.replace(/^\$\s+/, ""));
      return { kind: "steps", fragment: httpStep(http, titleOf(request.url, nameOf(http)), withRequest(http.defaults, request)) };
    } catch (error) {
      if (error instanceof CurlError) return { kind: "refused", reason: "curl_unread" };
      throw error;
    }
  }
  if (http && /^https?:\/\/[^\s]+$/.test(clean)) {
    return { kind: "steps", fragment: httpStep(http, titleOf(clean, nameOf(http)), { method: "get", url: clean }) };
  }
  return FLOW.test(clean) ? { kind: "flow" } : { kind: "words" };
}
