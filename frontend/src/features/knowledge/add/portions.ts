import type { NewDocuments } from "@/api/types";
import type { Wizard } from "@/features/knowledge/add/use-wizard";

/** How many files or addresses one request may name. */
const MOST = 100;

export interface Portion {
  key: string;
  sources: Pick<NewDocuments, "files" | "urls" | "text">;
}

function cut<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / MOST) }, (_, index) => list.slice(index * MOST, (index + 1) * MOST));
}

/** What is to be brought in, in requests that the server accepts; one request where that is enough. */
export function portions(
  { files, pages, text, textName }: Pick<Wizard, "files" | "pages" | "text" | "textName">,
  usualName: string,
): Portion[] {
  const ids = files.flatMap(({ id }) => (id ? [id] : []));
  const urls = pages.map(({ url }) => url);
  const pasted = text.trim() ? { text: { name: textName.trim() || usualName, text } } : {};
  if (ids.length <= MOST && urls.length <= MOST) {
    const sources = { ...(ids.length ? { files: ids } : {}), ...(urls.length ? { urls } : {}), ...pasted };
    return Object.keys(sources).length > 0 ? [{ key: JSON.stringify([ids, urls, text]), sources }] : [];
  }
  return [
    ...cut(ids).map((some) => ({ key: JSON.stringify(some), sources: { files: some } })),
    ...cut(urls).map((some) => ({ key: JSON.stringify(some), sources: { urls: some } })),
    ...(text.trim() ? [{ key: text, sources: pasted }] : []),
  ];
}
