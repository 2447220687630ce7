/** Files on their way to the server. */
import { useCallback, useRef, useState } from "react";
import { CallError, type Session } from "../session";
import type { ShownFile } from "../chat/turns";

export interface Upload {
  key: number;
  name: string;
  kind: string;
  percent: number;
  error: CallError | null;
  /** What the API calls it once it is there. */
  id: string | null;
  url: string;
}

export interface FileRules {
  types: readonly string[];
  extensions: readonly string[];
  count: number;
  /** Largest size in MB by kind. */
  sizes: Record<string, number>;
}

const KINDS: [RegExp, string][] = [
  [/^image\//, "image"],
  [/^audio\//, "audio"],
  [/^video\//, "video"],
];

export function kindOf(file: { type: string; name: string }): string {
  return KINDS.find(([pattern]) => pattern.test(file.type))?.[1] ?? "document";
}

/** Why a file may not be sent; null when it may. The server looks again, at the content. */
export function refusalOf(file: { type: string; name: string; size: number }, rules: FileRules): CallError | null {
  const kind = kindOf(file);
  const ending = `.${file.name.split(".").at(-1)?.toLowerCase() ?? ""}`;
  const listed = rules.extensions.map((one) => `.${one.replace(/^\./, "").toLowerCase()}`);
  const allowed = rules.types.length === 0 || rules.types.includes(kind) || (rules.types.includes("custom") && listed.includes(ending));
  if (!allowed) return new CallError("file_not_allowed", "", 415);
  const most = rules.sizes[kind] ?? rules.sizes.document ?? 15;
  return file.size > most * 1024 * 1024 ? new CallError("file_too_large", "", 413, { size: most }) : null;
}

/** The `accept` of a file input. */
export function acceptOf(rules: FileRules): string | undefined {
  const kinds: Record<string, string> = { image: "image/*", audio: "audio/*", video: "video/*" };
  if (rules.types.length === 0 || rules.types.includes("document")) return undefined;
  const endings = rules.types.includes("custom") ? rules.extensions.map((one) => `.${one.replace(/^\./, "")}`) : [];
  return [...rules.types.flatMap((type) => kinds[type] ?? []), ...endings].join(",") || undefined;
}

/** Sends one file; fetch cannot tell how far it is, so by XMLHttpRequest. */
async function sendFile(session: Session, file: File, onPercent: (percent: number) => void): Promise<{ id: string; source_url: string }> {
  const authorization = await session.authorization();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/files/upload");
    request.setRequestHeader("Authorization", authorization);
    request.responseType = "json";
    request.upload.addEventListener(
      "progress",
      (event) => event.lengthComputable && onPercent(Math.round((event.loaded / event.total) * 100)),
    );
    request.addEventListener("error", () => reject(new CallError("offline", "", 0)));
    request.addEventListener("load", () => {
      const body = request.response as { id: string; source_url: string; code?: string; message?: string } | null;
      if (request.status === 201 && body) resolve(body);
      else reject(new CallError(body?.code ?? "unknown", body?.message ?? "", request.status));
    });
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

export interface Uploads {
  files: Upload[];
  busy: boolean;
  /** `instead`: in place of those that are there. */
  add(files: Iterable<File>, instead?: boolean): void;
  remove(key: number): void;
  clear(): void;
}

/** A list of files that are sent as soon as they are chosen. */
export function useUploads(session: Session, rules: FileRules): Uploads {
  const [files, setFiles] = useState<Upload[]>([]);
  const count = useRef(0);
  const change = useCallback((key: number, next: Partial<Upload>) => {
    setFiles((before) => before.map((file) => (file.key === key ? { ...file, ...next } : file)));
  }, []);
  const add = (chosen: Iterable<File>, instead = false) => {
    const room = rules.count - (instead ? 0 : files.filter((file) => !file.error).length);
    if (instead) setFiles([]);
    [...chosen].forEach((file, index) => {
      count.current += 1;
      const key = count.current;
      const error = index >= room ? new CallError("too_many_files", "", 400, { count: rules.count }) : refusalOf(file, rules);
      const upload: Upload = { key, name: file.name, kind: kindOf(file), percent: 0, error, id: null, url: "" };
      setFiles((before) => [...before, upload]);
      if (error) return;
      sendFile(session, file, (percent) => change(key, { percent })).then(
        (sent) => change(key, { id: sent.id, url: sent.source_url, percent: 100 }),
        (failure: unknown) =>
          change(key, { error: failure instanceof CallError ? failure : new CallError("unknown", String(failure), -1) }),
      );
    });
  };
  const remove = (key: number) => setFiles((before) => before.filter((file) => file.key !== key));
  const clear = useCallback(() => setFiles([]), []);
  return { files, busy: files.some((file) => !file.id && !file.error), add, remove, clear };
}

/** The uploaded ones as the body of a request has them. */
export function sentFiles(files: readonly Upload[]): Record<string, unknown>[] {
  return files.filter((file) => file.id).map((file) => ({ type: file.kind, transfer_method: "local_file", upload_file_id: file.id }));
}

export function shownFiles(files: readonly Upload[]): ShownFile[] {
  return files
    .filter((file) => file.id)
    .map((file) => ({ id: file.id ?? "", name: file.name, kind: file.kind, url: file.url, mine: true }));
}
