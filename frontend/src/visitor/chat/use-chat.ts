import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useLatest } from "@/lib/use-latest";
import type { Host } from "../host";
import type { Parameters } from "../inputs/page-inputs";
import { kept, type PageInfo, type Session } from "../session";
import { useTexts } from "../texts";
import { errorWords } from "../words";
import { ChatStore } from "./chat-store";

/** The chat of this visit, with the conversation that was open when the page was left. */
export function useChat(session: Session, page: PageInfo, host: Host, parameters: Parameters) {
  const { t } = useTexts();
  const words = useLatest(t);
  const store = useMemo(
    () =>
      new ChatStore(session, {
        simple: page.mode !== "advanced-chat",
        suggests: parameters.suggested_questions_after_answer.enabled,
        word: (error) => errorWords(error, words.current),
        onAnswered: () => host.news(),
      }),
    [session, page.mode, host, parameters, words],
  );
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  const key = session.storageKey("conversation");
  const [restored, setRestored] = useState(() => kept.read(key) === null);

  useEffect(() => {
    const before = kept.read(key);
    if (before) void store.open(before).finally(() => setRestored(true));
    window.addEventListener("online", store.resend);
    return () => {
      window.removeEventListener("online", store.resend);
      store.begin();
    };
  }, [store, key]);

  const { conversationId, error } = state;
  useEffect(() => {
    if (restored) kept.write(key, conversationId);
  }, [restored, key, conversationId]);

  // A conversation that is gone, deleted elsewhere perhaps, is no reason to stand before an error.
  useEffect(() => {
    if (error?.status === 404) store.begin();
  }, [error, store]);
  return { store, state };
}
