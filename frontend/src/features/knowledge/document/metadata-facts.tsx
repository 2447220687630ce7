import { Badge, Button, Group } from "@mantine/core";
import { IconTags } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument, MetadataField } from "@/api/types";
import { exactTime } from "@/lib/format";
import { type Language } from "@/i18n";
import { useLanguage } from "@/lib/use-language";

/** A value of a field as people read it. */
export function metadataWords(field: MetadataField, value: unknown, language: Language): string {
  if (field.type === "time" && typeof value === "number") return exactTime(new Date(value * 1000).toISOString(), language);
  if (field.type === "number" && typeof value === "number")
    return new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 10 }).format(value);
  return String(value);
}

/** The values of the document in its dataset's fields. */
export function MetadataFacts({ dataset, document, onEdit }: { dataset: Dataset; document: KnowledgeDocument; onEdit?: () => void }) {
  const { t } = useTranslation("knowledge-document");
  const language = useLanguage();
  if (dataset.metadata_fields.length === 0) return null;
  const filled = dataset.metadata_fields.filter((field) => document.metadata[field.id] !== undefined);
  return (
    <Group gap={6} mt={4}>
      {filled.map((field) => (
        <Badge key={field.id} variant="default" tt="none" fw={500}>
          {`${field.name}: ${metadataWords(field, document.metadata[field.id], language)}`}
        </Badge>
      ))}
      {onEdit && (
        <Button size="compact-xs" variant="subtle" leftSection={<IconTags size={13} aria-hidden />} onClick={onEdit}>
          {t(filled.length > 0 ? "metadata.edit" : "metadata.fill")}
        </Button>
      )}
    </Group>
  );
}
