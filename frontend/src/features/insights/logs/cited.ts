/** A piece of knowledge behind an answer, as the published API tells of it. */
export interface Citation {
  key: string;
  dataset: string;
  document: string;
  content: string;
  score: number | null;
  datasetId: string | null;
  documentId: string | null;
  segmentId: string | null;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Reads what answers carry about their sources; what has no text and no name is left out. */
export function citationsOf(rows: readonly Record<string, unknown>[]): Citation[] {
  return rows
    .map((row, place) => ({
      key: `${place}-${text(row.segment_id)}`,
      dataset: text(row.dataset_name),
      document: text(row.document_name),
      content: text(row.content),
      score: typeof row.score === "number" ? row.score : null,
      datasetId: text(row.dataset_id) || null,
      documentId: text(row.document_id) || null,
      segmentId: text(row.segment_id) || null,
    }))
    .filter(({ content, document }) => content || document);
}
