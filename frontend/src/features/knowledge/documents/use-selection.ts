import { useState } from "react";
import type { Id, KnowledgeDocument } from "@/api/types";

export interface Selection {
  /** What is chosen, as it was last seen; also on other pages of the list. */
  chosen: ReadonlyMap<Id, KnowledgeDocument>;
  choose(documents: readonly KnowledgeDocument[], on: boolean): void;
  clear(): void;
}

/** Which documents are ticked; `shown` are those of the page, whose state may have changed since. */
export function useSelection(shown: readonly KnowledgeDocument[] | undefined): Selection {
  const [kept, setKept] = useState<ReadonlyMap<Id, KnowledgeDocument>>(new Map());
  const chosen = new Map(kept);
  for (const document of shown ?? []) if (kept.has(document.id)) chosen.set(document.id, document);
  return {
    chosen,
    choose: (documents, on) => {
      const next = new Map(chosen);
      for (const document of documents) {
        if (on) next.set(document.id, document);
        else next.delete(document.id);
      }
      setKept(next);
    },
    clear: () => setKept(new Map()),
  };
}
