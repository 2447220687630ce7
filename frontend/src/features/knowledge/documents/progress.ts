import type { KnowledgeDocument } from "@/api/types";

const BEFORE_INDEXING = ["waiting", "parsing", "cleaning", "splitting"] as const;

/** Reading and cutting take a small share of the whole; embedding is what one waits for. */
const SHARE_BEFORE = 20;

/** How much of a document's way into the index is done, 0 to 100. */
export function shareDone({ stage, done, total }: Pick<KnowledgeDocument, "stage" | "done" | "total">): number {
  if (stage === "completed") return 100;
  const place = BEFORE_INDEXING.findIndex((one) => one === stage);
  if (place >= 0) return (SHARE_BEFORE * place) / BEFORE_INDEXING.length;
  if (stage !== "indexing" || total === 0) return SHARE_BEFORE;
  return SHARE_BEFORE + ((100 - SHARE_BEFORE) * Math.min(done, total)) / total;
}

export const isWorking = ({ state }: Pick<KnowledgeDocument, "state">) => state === "queuing" || state === "indexing";

/** Errors of the document itself: trying again brings nothing before its file is another. */
const OF_THE_FILE = new Set([
  "archive_too_large",
  "encoding_unknown",
  "extension_mismatch",
  "file_damaged",
  "file_empty",
  "file_encrypted",
  "file_not_found",
  "no_text_found",
  "parse_crashed",
  "parse_memory",
  "parse_timeout",
  "too_large",
  "too_many_pages",
  "unsupported_file_type",
]);
const OF_THE_MODEL = new Set(["model_not_configured", "credential_unreadable", "provider_unauthorized"]);

/** What helps against a failure: another file, another setting of the model, shorter pieces, or only patience. */
export function remedyOf(code: string): "replace" | "models" | "recut" | "retry" {
  if (OF_THE_FILE.has(code)) return "replace";
  if (OF_THE_MODEL.has(code)) return "models";
  return code === "too_many_pieces" || code === "no_pairs" ? "recut" : "retry";
}
