import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Dataset } from "@/api/types";
import { type Cutting, cuttingOf } from "@/features/knowledge/add/cutting";
import { DEFAULT_INDEX, type IndexChoice } from "@/features/knowledge/add/index-choice";
import { suggestedName } from "@/features/knowledge/add/picked-files";
import type { PreviewSource } from "@/features/knowledge/add/preview";
import { createUploads, sendTo, type UploadItem, type UploadsStore } from "@/features/knowledge/add/uploads";
import { useWorkspace } from "@/lib/use-workspace";

export interface WebPage {
  url: string;
  title: string;
}

/** Everything a visitor of the pages has chosen so far. It lives as long as the page, whatever goes wrong in between. */
export interface Wizard {
  uploads: UploadsStore;
  files: readonly UploadItem[];
  textName: string;
  text: string;
  pages: readonly WebPage[];
  cutting: Cutting;
  language: string;
  index: IndexChoice;
  /** The name of new knowledge: what was typed, else what the sources suggest. */
  name: string;
  set(change: Partial<Pick<Wizard, "textName" | "text" | "pages" | "cutting" | "language" | "index" | "name">>): void;
}

type Typed = Pick<Wizard, "textName" | "text" | "pages" | "cutting" | "language" | "index"> & { typedName: string | null };

/** `dataset` is the one that documents are added to; undefined for a new one. */
export function useWizard(dataset?: Dataset): Wizard {
  const { path } = useWorkspace();
  const [uploads] = useState(() => createUploads(sendTo(path("/files"))));
  const files = useStore(uploads, ({ items }) => items);
  const [typed, setTyped] = useState<Typed>(() => ({
    textName: "",
    text: "",
    pages: [],
    cutting: cuttingOf(dataset),
    language: "",
    index: DEFAULT_INDEX,
    typedName: null,
  }));
  useEffect(() => () => uploads.getState().stop(), [uploads]);
  const { typedName, ...rest } = typed;
  const host = rest.pages[0] && URL.canParse(rest.pages[0].url) ? new URL(rest.pages[0].url).hostname : "";
  return {
    uploads,
    files,
    ...rest,
    name: typedName ?? (suggestedName(files) || rest.textName || host).slice(0, 100),
    set: ({ name, ...change }) => setTyped((before) => ({ ...before, ...change, ...(name === undefined ? {} : { typedName: name }) })),
  };
}

export const hasSource = ({ files, text, pages }: Wizard) => files.length > 0 || text.trim() !== "" || pages.length > 0;

export const isSending = ({ files }: Wizard) => files.some(({ state }) => state === "waiting" || state === "sending");

/** What of the sources can be cut now; files only once they have arrived. */
export function previewSources({ files, text, textName, pages }: Wizard): PreviewSource[] {
  return [
    ...files.flatMap(({ id, name, size }): PreviewSource[] => (id ? [{ kind: "file", id, name, size }] : [])),
    ...(text.trim() ? [{ kind: "text" as const, text, name: textName, size: new Blob([text]).size }] : []),
    ...pages.map(({ url, title }): PreviewSource => ({ kind: "page", url, name: title || url, size: null })),
  ];
}
