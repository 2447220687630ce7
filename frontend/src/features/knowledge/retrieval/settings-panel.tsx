import { Button, Group, Paper, SegmentedControl, Text, Title } from "@mantine/core";
import { IconColumns2, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { RetrievalForm } from "@/features/knowledge/retrieval/retrieval-form";
import { fromRetrieval, type RetrievalSettings, sameSearch, toDefaults, wrongIn } from "@/features/knowledge/retrieval/retrieval-settings";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

export const VARIANTS = ["A", "B"] as const;

interface Props {
  dataset: Dataset;
  variants: RetrievalSettings[];
  onChange(variants: RetrievalSettings[]): void;
}

/** The settings to try, a second set of them to compare with, and the way to keep them. */
export function SettingsPanel({ dataset, variants, onChange }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const words = useErrorText();
  const workspace = useWorkspace();
  const [open, setOpen] = useState(0);
  const update = useUpdateDataset(dataset.id);
  const saved = fromRetrieval(dataset.retrieval);
  const index = Math.min(open, variants.length - 1);
  const shown = variants[index] ?? saved;
  const comparing = variants.length > 1;
  const same = sameSearch({ ...shown, conditions: [] }, { ...saved, conditions: [] });
  const set = (next: RetrievalSettings) => onChange(variants.map((one, at) => (at === index ? next : one)));
  return (
    <Paper withBorder radius="md" p="md">
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={2} size="h5">
          {t("settings.title")}
        </Title>
        {comparing && (
          <SegmentedControl
            size="xs"
            aria-label={t("settings.which")}
            value={String(index)}
            data={variants.map((_, at) => ({ value: String(at), label: VARIANTS[at] ?? "" }))}
            onChange={(next) => setOpen(Number(next))}
          />
        )}
      </Group>
      <RetrievalForm dataset={dataset} value={shown} filter onChange={set} />
      <Group gap="xs" mt="md">
        {workspace.can("knowledge.edit") && !same && (
          <Button
            size="xs"
            loading={update.isPending}
            disabled={wrongIn({ ...shown, conditions: [] }).size > 0}
            onClick={() => update.mutate({ retrieval: toDefaults(shown) })}
          >
            {t("settings.keep")}
          </Button>
        )}
        {!same && (
          <Button size="xs" variant="default" onClick={() => set({ ...saved, conditions: shown.conditions })}>
            {t("settings.back")}
          </Button>
        )}
        {comparing ? (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => {
              setOpen(0);
              onChange([shown]);
            }}
          >
            {t("settings.only", { name: VARIANTS[index] })}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconColumns2 size={14} aria-hidden />}
            onClick={() => {
              onChange([shown, shown]);
              setOpen(1);
            }}
          >
            {t("settings.compare")}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt="xs" role="status">
        {same ? t("settings.saved") : ""}
      </Text>
      {update.error && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {words(update.error)}
        </Text>
      )}
    </Paper>
  );
}
