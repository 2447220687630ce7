import { useState } from "react";
import type { Id } from "@/api/types";

export interface Selection<T extends { id: Id }> {
  /** What is chosen, as it was last seen; also on other pages of the list. */
  chosen: ReadonlyMap<Id, T>;
  choose(items: readonly T[], on: boolean): void;
  clear(): void;
}

/** Which things of a list are ticked; `shown` are those of the page, whose state may have changed since. */
export function useSelection<T extends { id: Id }>(shown: readonly T[] | undefined): Selection<T> {
  const [kept, setKept] = useState<ReadonlyMap<Id, T>>(new Map());
  const chosen = new Map(kept);
  for (const item of shown ?? []) if (kept.has(item.id)) chosen.set(item.id, item);
  return {
    chosen,
    choose: (items, on) => {
      const next = new Map(chosen);
      for (const item of items) {
        if (on) next.set(item.id, item);
        else next.delete(item.id);
      }
      setKept(next);
    },
    clear: () => setKept(new Map()),
  };
}
