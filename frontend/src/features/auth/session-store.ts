import { create } from "zustand";

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
