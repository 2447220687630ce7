import { useEffect } from "react";
import { create } from "zustand";
import { setSignInAgain } from "@/api/client";

interface SessionStore {
  /** Requests that wait until the person has signed in again. */
  waiting: (() => void)[];
  ask(): Promise<void>;
  answered(): void;
}

export const useSessionStore = create<SessionStore>((set, get) => ({
  waiting: [],
  ask: () =>
    new Promise<void>((resolve) => {
      set((state) => ({ waiting: [...state.waiting, resolve] }));
    }),
  answered: () => {
    const { waiting } = get();
    set({ waiting: [] });
    for (const resume of waiting) resume();
  },
}));

/** Lets refused requests wait for a new sign-in; true while one is asked for. */
export function useSessionGuard(): boolean {
  const { waiting, ask } = useSessionStore();
  useEffect(() => {
    setSignInAgain(ask);
    return () => setSignInAgain(null);
  }, [ask]);
  return waiting.length > 0;
}
