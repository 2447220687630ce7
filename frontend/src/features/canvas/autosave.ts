import { ApiError } from "@/api/client";
import { sendHeldText } from "@/features/prompt/held-text";
import type { ApiErrorBody, Draft, FlowDocument } from "@/api/types";
import type { ActLabel } from "./history";
import type { Conflict, EditorStore } from "./store";

/** An unsaved draft kept on this device. */
export interface Kept {
  document: FlowDocument;
  revision: number;
  /** The draft that the edits began from, unless the storage is too small for both. */
  base?: FlowDocument;
}
export interface Backup {
  read(): Kept | null;
  write(kept: Kept): void;
  clear(): void;
}
export interface AutosaveOptions {
  /** Throws ApiError: 409 `draft_conflict`, status 0 when the server is out of reach. */
  save(body: { document: FlowDocument; base_revision: number }): Promise<Draft>;
  backup: Backup;
  delayMs?: number;
  retryMs?: number;
}
export interface Autosave {
  /** Save now what is unsaved; true when nothing is left. */
  flush(): Promise<boolean>;
  /** Drop own edits for the other draft. It can be undone. */
  takeTheirs(): void;
  /** Save what both drafts have become together. It can be undone. */
  merge(document: FlowDocument): Promise<boolean>;
  /** Save the own draft on top of the other one, which has been seen. */
  keepMine(): Promise<boolean>;
  /** Take a newer draft of another tab or person, unless there are unsaved edits here. */
  follow(draft: Draft): void;
  /** Put a draft that the server made, such as a restored version, in the place of ours. It can be undone. */
  replace(draft: Draft, label: ActLabel): void;
  stop(): void;
}

export const isUnsaved = (state: { document: FlowDocument; savedDocument: FlowDocument }): boolean =>
  state.document !== state.savedDocument;

/** Keep the unsaved draft of one app in the browser's storage. */
export function localBackup(appId: string, storage: Storage = localStorage): Backup {
  const key = `tidemill.draft.${appId}`;
  return {
    read() {
      try {
        const raw = JSON.parse(storage.getItem(key) ?? "null") as Kept | null;
        return raw && typeof raw.revision === "number" && Array.isArray(raw.document?.graph?.nodes) ? raw : null;
      } catch {
        return null;
      }
    },
    write(kept) {
      const { document, revision } = kept;
      for (const value of [kept, { document, revision }]) {
        try {
          return storage.setItem(key, JSON.stringify(value));
        } catch {
          // Storage full or switched off: the edits stay in this tab, and leaving it asks first.
        }
      }
    },
    clear: () => storage.removeItem(key),
  };
}

function conflictOf(error: ApiError, base: FlowDocument): Conflict | null {
  const { document, revision, updated_by, updated_at } = error.details as Partial<Draft>;
  if (error.status !== 409 || !document || typeof revision !== "number") return null;
  return { document, revision, updatedBy: updated_by ?? null, updatedAt: updated_at ?? null, base };
}

const isLasting = (error: ApiErrorBody): boolean =>
  error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;

/**
 * Save every edit of an editor a moment after it was made. One request at a time; a draft that someone
 * else saved meanwhile stops the saving until a person has chosen.
 */
export function startAutosave(store: EditorStore, { save, backup, delayMs = 800, retryMs = 5000 }: AutosaveOptions): Autosave {
  const { setSaving, change } = store.actions;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let running: Promise<boolean> | null = null;
  let stopped = false;

  const plan = (wait: number): void => {
    if (timer) clearTimeout(timer);
    timer = stopped ? null : setTimeout(() => void flush(), wait);
  };

  const keepHere = (): void => {
    const { document, revision, savedDocument, conflict } = store.getState();
    // Until the drafts are one, both began from what was saved before the other.
    const base = conflict ? conflict.base : savedDocument;
    backup.write({ document, revision, ...(base ? { base } : {}) });
  };

  const failed = (error: ApiError): void => {
    keepHere();
    const conflict = conflictOf(error, store.getState().savedDocument);
    if (conflict) return setSaving({ saveState: "conflict", conflict, saveError: null });
    const { code, message, status, details } = error;
    setSaving({ saveState: status === 0 ? "offline" : "failed", saveError: { code, message, status, details } });
    if (!isLasting(error)) plan(retryMs);
  };

  const attempt = async (): Promise<boolean> => {
    const { document, revision } = store.getState();
    setSaving({ saveState: "saving" });
    try {
      const draft = await save({ document, base_revision: revision });
      setSaving({
        saveState: "saved",
        revision: draft.revision,
        savedDocument: document,
        savedAt: new Date(draft.updated_at),
        saveError: null,
        problems: draft.problems,
      });
      if (isUnsaved(store.getState())) plan(delayMs);
      else backup.clear();
      return true;
    } catch (error) {
      failed(error instanceof ApiError ? error : new ApiError({ code: "network_error", message: String(error), status: 0, details: {} }));
      return false;
    }
  };

  const flush = async (): Promise<boolean> => {
    sendHeldText();
    if (timer) clearTimeout(timer);
    timer = null;
    // Another caller may have begun the next request while this one waited.
    // oxlint-disable-next-line no-unmodified-loop-condition
    while (running) await running;
    const state = store.getState();
    if (stopped || !isUnsaved(state)) return !isUnsaved(state);
    if (state.conflict) return false;
    running = attempt();
    const saved = await running;
    running = null;
    return saved;
  };

  const unsubscribe = store.subscribe((state, before) => {
    if (state.document === before.document || !isUnsaved(state)) return;
    if (state.conflict) keepHere();
    else plan(delayMs);
  });
  const leaving = (): void => {
    sendHeldText();
    if (isUnsaved(store.getState())) keepHere();
  };
  const retryNow = (): void => {
    if (store.getState().saveState === "offline") void flush();
  };
  window.addEventListener("pagehide", leaving);
  window.addEventListener("online", retryNow);

  const adopt = (
    label: ActLabel,
    { document, revision, updatedAt }: { document: FlowDocument; revision: number; updatedAt: string | null },
  ): void => {
    if (timer) clearTimeout(timer);
    setSaving({
      saveState: "saved",
      conflict: null,
      saveError: null,
      revision,
      savedDocument: document,
      ...(updatedAt ? { savedAt: new Date(updatedAt) } : {}),
    });
    change(label, () => document);
    backup.clear();
  };
  const replace = (draft: Draft, label: ActLabel): void => {
    adopt(label, { document: draft.document, revision: draft.revision, updatedAt: draft.updated_at });
    setSaving({ problems: draft.problems });
  };
  /** Go on from the other draft, which has been seen. */
  const build = (): boolean => {
    const { conflict } = store.getState();
    if (conflict) setSaving({ conflict: null, revision: conflict.revision, savedDocument: conflict.document });
    return conflict !== null;
  };
  setSaving({ saveNow: () => flush() });

  return {
    flush,
    takeTheirs() {
      const { conflict } = store.getState();
      if (conflict) adopt({ key: "takeTheirs" }, conflict);
    },
    keepMine() {
      build();
      return flush();
    },
    merge(document) {
      if (build()) change({ key: "merge" }, () => document);
      return flush();
    },
    follow(draft) {
      sendHeldText();
      const state = store.getState();
      if (draft.revision <= state.revision || running || state.conflict || isUnsaved(state)) return;
      replace(draft, { key: "follow" });
    },
    replace,
    stop() {
      leaving();
      stopped = true;
      if (timer) clearTimeout(timer);
      unsubscribe();
      window.removeEventListener("pagehide", leaving);
      window.removeEventListener("online", retryNow);
    },
  };
}
