import { useState } from "react";
import { api } from "@/api/client";
import { useWorkspace } from "@/lib/use-workspace";

interface Uploaded {
  id: string;
  name: string;
  kind: string;
}

export interface TryFileList {
  rules: { types: string[]; count: number } | null;
  files: readonly Uploaded[];
  busy: boolean;
  error: unknown;
  /** As a run takes them. */
  values: Record<string, unknown>[];
  add(picked: readonly File[]): Promise<void>;
  remove(id: string): void;
  clear(): void;
}

/** Files that go with the next question of a try; they are uploaded at once. */
export function useTryFiles(rules: TryFileList["rules"]): TryFileList {
  const workspace = useWorkspace();
  const [files, setFiles] = useState<readonly Uploaded[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const add = async (picked: readonly File[]) => {
    setBusy(true);
    setError(null);
    try {
      for (const file of picked.slice(0, (rules?.count ?? 0) - files.length)) {
        const body = new FormData();
        body.append("file", file);
        const made = await api.post<Uploaded>(workspace.path("/files"), body);
        setFiles((before) => [...before, made]);
      }
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return {
    rules,
    files: rules ? files : [],
    busy,
    error,
    values: rules ? files.map((file) => ({ type: file.kind, transfer_method: "local_file", upload_file_id: file.id })) : [],
    add,
    remove: (id) => setFiles((before) => before.filter((one) => one.id !== id)),
    clear: () => setFiles([]),
  };
}
