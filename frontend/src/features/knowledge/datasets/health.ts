import type { Dataset } from "@/api/types";

export type DatasetHealth = "failed" | "modelMissing" | "working" | "empty" | "ready";

/** What there is to say of a dataset's state, what is wrong first; `count` is how many documents it concerns. */
export function healthOf(
  dataset: Pick<Dataset, "documents" | "failed" | "working" | "embedding_available">,
): { health: DatasetHealth; count: number }[] {
  const { documents, failed, working } = dataset;
  const found: { health: DatasetHealth; count: number }[] = [];
  if (failed > 0) found.push({ health: "failed", count: failed });
  if (!dataset.embedding_available) found.push({ health: "modelMissing", count: documents });
  if (working > 0) found.push({ health: "working", count: working });
  if (found.length > 0) return found;
  return [{ health: documents === 0 ? "empty" : "ready", count: documents }];
}
