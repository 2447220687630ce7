import type { Id, KnowledgeDocument, MetadataField } from "@/api/types";
import type { MetadataOperation } from "@/features/knowledge/knowledge-mutations";

export type MetadataValue = string | number | null;

function valueOf(document: Pick<KnowledgeDocument, "metadata">, field: Id): MetadataValue {
  const value = document.metadata[field];
  return typeof value === "string" || typeof value === "number" ? value : null;
}

/** What documents share in each field; `several` where they differ. */
export function commonValues(
  fields: readonly Pick<MetadataField, "id">[],
  documents: readonly Pick<KnowledgeDocument, "metadata">[],
): Map<Id, { value: MetadataValue; several: boolean }> {
  return new Map(
    fields.map(({ id }) => {
      const values = new Set(documents.map((document) => valueOf(document, id)));
      return [id, { value: values.size === 1 ? ([...values][0] ?? null) : null, several: values.size > 1 }];
    }),
  );
}

/** Sets the touched fields in each document and leaves the others alone; null takes a value away. */
export function operationsFor(
  documents: readonly Pick<KnowledgeDocument, "id">[],
  touched: ReadonlyMap<Id, MetadataValue>,
): MetadataOperation[] {
  const metadata_list = [...touched].map(([id, value]) => ({ id, value }));
  return documents.map(({ id }) => ({ document_id: id, metadata_list, partial_update: true }));
}
