import { useCallback, useEffect, useRef, useState } from "react";
import type { Session } from "../session";

export interface Conversation {
  id: string;
  name: string;
  inputs: Record<string, unknown>;
  introduction: string;
  updated_at: number;
}

interface List {
  pinned: Conversation[];
  others: Conversation[];
  hasMore: boolean;
  loaded: boolean;
}

interface Page {
  data: Conversation[];
  has_more: boolean;
}

const EMPTY: List = { pinned: [], others: [], hasMore: false, loaded: false };
const PAGE = 30;
const SEARCH_PAUSE_MS = 250;

/** The visitor's conversations; pinned ones apart. `changes` counts what makes the list old. */
export function useConversations(session: Session, changes: number) {
  const [list, setList] = useState(EMPTY);
  const [search, setSearch] = useState("");
  const asked = useRef(0);

  const load = useCallback(async () => {
    asked.current += 1;
    const turn = asked.current;
    const query = `limit=${PAGE}&search=${encodeURIComponent(search)}`;
    const [pinned, others] = await Promise.all([
      session.get<Page>(`/conversations?${query}&pinned=true`),
      session.get<Page>(`/conversations?${query}&pinned=false`),
    ]);
    if (asked.current === turn) setList({ pinned: pinned.data, others: others.data, hasMore: others.has_more, loaded: true });
  }, [session, search]);

  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), search ? SEARCH_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [load, changes, search]);

  const loadMore = useCallback(async () => {
    const last = list.others.at(-1);
    if (!last) return;
    const query = `limit=${PAGE}&search=${encodeURIComponent(search)}&pinned=false&last_id=${last.id}`;
    const page = await session.get<Page>(`/conversations?${query}`);
    setList((before) => ({ ...before, others: [...before.others, ...page.data], hasMore: page.has_more }));
  }, [session, search, list.others]);

  const rename = async (id: string, name: string) => {
    await session.post(`/conversations/${id}/name`, { name, auto_generate: false });
    await load();
  };
  const pin = async (id: string, pinned: boolean) => {
    await session.post(`/conversations/${id}/pin`, { pinned });
    await load();
  };
  const remove = async (id: string) => {
    await session.remove(`/conversations/${id}`);
    await load();
  };
  return { ...list, search, setSearch, loadMore, rename, pin, remove };
}

export type Conversations = ReturnType<typeof useConversations>;
