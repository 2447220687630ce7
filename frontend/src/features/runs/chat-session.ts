/** A test conversation: what was said, and by which run. Pure but for the tab's storage. */

export interface ChatMessage {
  role: "user" | "assistant";
  text: string;
  runId: string | null;
  /** Set on answers that did not come to their end. */
  failed?: boolean;
}
export interface ChatSession {
  conversationId: string | null;
  messages: ChatMessage[];
}

export const NEW_CHAT: ChatSession = { conversationId: null, messages: [] };

const keyOf = (appId: string): string => `tidemill.chat.${appId}`;

export function readChat(appId: string, storage: Storage = sessionStorage): ChatSession {
  try {
    const raw = JSON.parse(storage.getItem(keyOf(appId)) ?? "null") as ChatSession | null;
    return raw && Array.isArray(raw.messages) ? raw : NEW_CHAT;
  } catch {
    return NEW_CHAT;
  }
}

export function keepChat(appId: string, session: ChatSession, storage: Storage = sessionStorage): void {
  try {
    storage.setItem(keyOf(appId), JSON.stringify(session));
  } catch {
    // The conversation then lasts until the page is left.
  }
}

/** What was asked last, for running a part of the flow with it again. */
export function lastQuestion(session: ChatSession): string {
  return session.messages.findLast((message) => message.role === "user")?.text ?? "";
}

/** A question went out as a run. */
export function asked(session: ChatSession, query: string, runId: string, conversationId: string | null): ChatSession {
  return {
    conversationId: conversationId ?? session.conversationId,
    messages: [...session.messages, { role: "user", text: query, runId }, { role: "assistant", text: "", runId }],
  };
}

/** The answer of a run as far as it is known. */
export function answered(session: ChatSession, runId: string, text: string, failed: boolean): ChatSession {
  const index = session.messages.findLastIndex((message) => message.role === "assistant" && message.runId === runId);
  const old = session.messages[index];
  if (!old || (old.text === text && (old.failed ?? false) === failed)) return session;
  return { ...session, messages: session.messages.map((message, at) => (at === index ? { ...message, text, failed } : message)) };
}
