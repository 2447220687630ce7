import { useState } from "react";
import type { Run } from "@/api/types";

export interface Picked {
  runs: readonly Run[];
  replaced: boolean;
  has(id: string): boolean;
  toggle(run: Run): void;
  clear(): void;
}

/** The ticked runs: two at most, a third takes the place of the one ticked first. They stay ticked on other pages of the list. */
export function usePicked(): Picked {
  const [{ runs, replaced }, set] = useState<{ runs: readonly Run[]; replaced: boolean }>({ runs: [], replaced: false });
  const has = (id: string) => runs.some((run) => run.id === id);
  return {
    runs,
    replaced,
    has,
    toggle: (run) => {
      if (has(run.id)) set({ runs: runs.filter((one) => one.id !== run.id), replaced: false });
      else set({ runs: [...runs.slice(-1), run], replaced: runs.length === 2 });
    },
    clear: () => set({ runs: [], replaced: false }),
  };
}
