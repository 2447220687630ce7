import type { DocumentAction, KnowledgeDocument } from "@/api/types";
import { isWorking } from "@/features/knowledge/documents/progress";

type State = Pick<KnowledgeDocument, "state" | "enabled" | "archived" | "error">;

const FITS: Record<Exclude<DocumentAction, "delete">, (document: State) => boolean> = {
  retry: (document) => document.state === "paused" || (document.error !== null && !isWorking(document)),
  cancel: isWorking,
  enable: ({ enabled, archived }) => !enabled && !archived,
  disable: ({ enabled, archived }) => enabled && !archived,
  archive: ({ archived }) => !archived,
  un_archive: ({ archived }) => archived,
};

/** What makes a difference to at least one of the documents, apart from deleting them. */
export function actionsFor(documents: readonly State[]): (keyof typeof FITS)[] {
  return (Object.keys(FITS) as (keyof typeof FITS)[]).filter((action) => documents.some(FITS[action]));
}

/** Those that an action is for. */
export function meantBy<T extends State>(action: keyof typeof FITS, documents: readonly T[]): T[] {
  return documents.filter(FITS[action]);
}
