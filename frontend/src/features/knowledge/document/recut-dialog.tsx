import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { CutPreview } from "@/features/knowledge/add/cut-preview";
import { type Cutting, fromProcessRule, toProcessRule, wrongFields } from "@/features/knowledge/add/cutting";
import { CuttingFields } from "@/features/knowledge/add/cutting-fields";
import type { PreviewSettings, PreviewSource } from "@/features/knowledge/add/preview";
import classes from "@/features/knowledge/document/document.module.css";
import { useReplaceDocuments } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  onClose(): void;
}

/** Cuts the document again by other settings, seen beforehand; queries find its former pieces until the new ones are ready. */
export function RecutDialog({ dataset, document, onClose }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const replace = useReplaceDocuments(dataset.id);
  const [cutting, setCutting] = useState<Cutting>(() => fromProcessRule(document.process_rule, document.doc_form));
  const [language, setLanguage] = useState(document.doc_language);
  const source: PreviewSource = { kind: "document", id: document.id, dataset: dataset.id, name: document.name, size: document.size_bytes };
  const settings: PreviewSettings = {
    cutting,
    language,
    dataset: dataset.id,
    technique: dataset.indexing_technique,
    provider: dataset.embedding_provider,
    model: dataset.embedding_model,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = { process_rule: toProcessRule(cutting), doc_form: cutting.form, ...(language ? { doc_language: language } : {}) };
    replace.mutate({ ids: [document.id], change }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("recut.title", { name: document.name })} size="72rem">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("recut.hint")}
          </Text>
          <div className={classes.recut}>
            <CuttingFields cutting={cutting} language={language} onChange={setCutting} onLanguage={setLanguage} />
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
            <div className={classes.recutPreview} tabIndex={0} role="group" aria-label={t("recut.preview")}>
              <CutPreview sources={[source]} settings={settings} />
            </div>
          </div>
          <Alert color="yellow" variant="light">
            {t("recut.edits")}
          </Alert>
          {replace.error && (
            <Alert color="red" variant="light" role="alert">
              {words(replace.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={replace.isPending} disabled={wrongFields(cutting).size > 0}>
              {t("recut.confirm")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
