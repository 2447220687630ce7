import { createStore } from "zustand/vanilla";
import { upload } from "@/api/client";
import type { Id, StoredFile } from "@/api/types";

const AT_ONCE = 3;

export interface UploadItem {
  key: string;
  name: string;
  /** Where in a chosen folder it lay, "" for a single file. */
  folder: string;
  size: number;
  state: "waiting" | "sending" | "done" | "failed";
  /** The share that has gone out, 0 to 1. */
  sent: number;
  id: Id | null;
  error: unknown;
}

/** A file as the browser hands it over, and the folder it lay in. */
export interface PickedFile {
  file: File;
  folder: string;
}

export interface Uploads {
  items: readonly UploadItem[];
  /** Sends files, except those that are here already; returns how many those were. */
  add(files: readonly PickedFile[]): number;
  remove(keys: readonly string[]): void;
  retry(key: string): void;
  /** Ends what is under way; what was sent stays. */
  stop(): void;
}

type Send = (file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<StoredFile>;

/** Sends a file to be made into a document. */
export const sendTo =
  (path: string): Send =>
  (file, onProgress, signal) => {
    const form = new FormData();
    form.append("purpose", "knowledge");
    form.append("file", file);
    return upload<StoredFile>(path, form, onProgress, signal);
  };

const keyOf = ({ file, folder }: PickedFile) => `${folder}/${file.name}:${file.size}:${file.lastModified}`;

/** The files of one visit to the page: a few go out at once, the others wait; each fails by itself. */
export function createUploads(send: Send) {
  const files = new Map<string, File>();
  const running = new Map<string, AbortController>();
  return createStore<Uploads>((set, get) => {
    const change = (key: string, to: Partial<UploadItem>) =>
      set(({ items }) => ({ items: items.map((item) => (item.key === key ? { ...item, ...to } : item)) }));

    const next = () => {
      while (running.size < AT_ONCE) {
        const item = get().items.find(({ state }) => state === "waiting");
        const file = item && files.get(item.key);
        if (!file) return;
        void go(item.key, file);
      }
    };
    const go = async (key: string, file: File) => {
      const control = new AbortController();
      running.set(key, control);
      change(key, { state: "sending", sent: 0, error: null });
      try {
        const stored = await send(file, (sent) => change(key, { sent }), control.signal);
        change(key, { state: "done", sent: 1, id: stored.id });
      } catch (error) {
        if (!control.signal.aborted) change(key, { state: "failed", error });
      } finally {
        if (running.get(key) === control) running.delete(key);
        next();
      }
    };

    return {
      items: [],
      add: (picked) => {
        const fresh = picked.filter((one) => !files.has(keyOf(one)));
        const made: UploadItem[] = [];
        for (const one of fresh) {
          const key = keyOf(one);
          if (files.has(key)) continue;
          files.set(key, one.file);
          const { name, size } = one.file;
          made.push({ key, name, folder: one.folder, size, state: "waiting", sent: 0, id: null, error: null });
        }
        set(({ items }) => ({ items: [...items, ...made] }));
        next();
        return picked.length - made.length;
      },
      remove: (keys) => {
        for (const key of keys) {
          files.delete(key);
          running.get(key)?.abort();
          running.delete(key);
        }
        set(({ items }) => ({ items: items.filter(({ key }) => !keys.includes(key)) }));
        next();
      },
      retry: (key) => {
        change(key, { state: "waiting", error: null });
        next();
      },
      stop: () => {
        for (const control of running.values()) control.abort();
        running.clear();
        set({ items: get().items.filter(({ state }) => state === "done") });
      },
    };
  });
}

export type UploadsStore = ReturnType<typeof createUploads>;
