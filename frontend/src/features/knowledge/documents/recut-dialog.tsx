import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import classes from "@/features/knowledge/add/add.module.css";
import { CutPreview } from "@/features/knowledge/add/cut-preview";
import { type Cutting, fromProcessRule, toProcessRule, wrongFields } from "@/features/knowledge/add/cutting";
import { CuttingFields } from "@/features/knowledge/add/cutting-fields";
import type { PreviewSettings, PreviewSource } from "@/features/knowledge/add/preview";
import { useReplaceDocuments } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  documents: readonly KnowledgeDocument[];
  onClose: () => void;
}

/** Cuts documents again, with the cuts to be seen beside the settings. Queries find the former pieces until the new ones are ready. */
export default function RecutDialog({ dataset, documents, onClose }: Props) {
  const { t } = useTranslation(["knowledge", "common"]);
  const words = useErrorText();
  const replace = useReplaceDocuments(dataset.id);
  const first = documents[0];
  const [cutting, setCutting] = useState<Cutting>(() => fromProcessRule(first?.process_rule ?? {}, first?.doc_form ?? ""));
  const [language, setLanguage] = useState(/^[a-z]{2}$/.test(first?.doc_language ?? "") ? (first?.doc_language ?? "") : "");
  const settings: PreviewSettings = { cutting, language, dataset: dataset.id, technique: "", provider: "", model: "" };
  const sources = documents.map(
    ({ id, name, size_bytes }): PreviewSource => ({ kind: "document", id, dataset: dataset.id, name, size: size_bytes }),
  );
  const submit = () => {
    const change = { process_rule: toProcessRule(cutting), doc_form: cutting.form, ...(language ? { doc_language: language } : {}) };
    replace.mutate({ ids: documents.map(({ id }) => id), change }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("recut.title", { name: first?.name, count: documents.length })} size="72rem">
      <Text size="sm" mb="md">
        {t("recut.hint")}
      </Text>
      <div className={classes.columns}>
        <CuttingFields cutting={cutting} language={language} onChange={setCutting} onLanguage={setLanguage} />
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
        <div className={classes.dialogPreview} tabIndex={0}>
          <CutPreview sources={sources} settings={settings} />
        </div>
      </div>
      {replace.error && (
        <Alert color="red" variant="light" role="alert" mt="md">
          {words(replace.error)}
        </Alert>
      )}
      <Group justify="flex-end" className={classes.dialogBar}>
        <Button variant="default" onClick={onClose}>
          {t("common:action.cancel")}
        </Button>
        <Button disabled={wrongFields(cutting).size > 0} loading={replace.isPending} onClick={submit}>
          {t("recut.confirm", { count: documents.length })}
        </Button>
      </Group>
    </Modal>
  );
}
