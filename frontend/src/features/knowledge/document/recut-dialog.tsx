import { Alert, Button, Group, Modal, NumberInput, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument } from "@/api/types";
import { type Cutting, fromProcessRule, MAX_TOKENS, MIN_TOKENS, toProcessRule, wrongFields } from "@/features/knowledge/add/cutting";
import { useReplaceDocuments } from "@/features/knowledge/knowledge-mutations";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  dataset: Dataset;
  document: KnowledgeDocument;
  onClose(): void;
}

/** Cuts the document again by other settings; queries find its former pieces until the new ones are ready. */
export function RecutDialog({ dataset, document, onClose }: Props) {
  const { t } = useTranslation(["knowledge-document", "common"]);
  const words = useErrorText();
  const replace = useReplaceDocuments(dataset.id);
  const [cutting, setCutting] = useState<Cutting>(() => fromProcessRule(document.process_rule, document.doc_form));
  const wrong = wrongFields(cutting);
  const set = (change: Partial<Cutting>) => setCutting({ ...cutting, ...change });
  const problem = (field: keyof Cutting) => (wrong.has(field) ? t(`recut.wrong.${field}`) : undefined);
  const nested = cutting.form === "hierarchical_model";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = { process_rule: toProcessRule(cutting), doc_form: cutting.form };
    replace.mutate({ ids: [document.id], change }, { onSuccess: onClose });
  };
  const tokens = (field: "maxTokens" | "childMaxTokens") => (
    <NumberInput
      label={t(`recut.${field}`)}
      min={MIN_TOKENS}
      max={MAX_TOKENS}
      allowDecimal={false}
      value={cutting[field]}
      error={problem(field)}
      onChange={(next) => set({ [field]: Number(next) })}
    />
  );
  return (
    <Modal opened onClose={onClose} title={t("recut.title", { name: document.name })} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("recut.hint")}
          </Text>
          <Select
            label={t("recut.how")}
            allowDeselect={false}
            value={cutting.how}
            data={(["automatic", "custom"] as const).map((one) => ({ value: one, label: t(`recut.${one}`) }))}
            onChange={(next) => set({ how: next as Cutting["how"] })}
          />
          {cutting.how === "custom" && (
            <>
              {nested && (
                <Select
                  label={t("recut.parentMode")}
                  allowDeselect={false}
                  value={cutting.parentMode}
                  data={(["paragraph", "full-doc"] as const).map((one) => ({ value: one, label: t(`recut.parent.${one}`) }))}
                  onChange={(next) => set({ parentMode: next as Cutting["parentMode"] })}
                />
              )}
              <Group grow align="flex-start">
                <TextInput
                  label={t("recut.separator")}
                  description={t("recut.separatorHint")}
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  value={cutting.separator}
                  error={problem("separator")}
                  onChange={(event) => set({ separator: event.currentTarget.value })}
                />
                {tokens("maxTokens")}
                {!nested && (
                  <NumberInput
                    label={t("recut.overlap")}
                    min={0}
                    allowDecimal={false}
                    value={cutting.overlap}
                    error={problem("overlap")}
                    onChange={(next) => set({ overlap: Number(next) })}
                  />
                )}
              </Group>
              {nested && (
                <Group grow align="flex-start">
                  <TextInput
                    label={t("recut.childSeparator")}
                    value={cutting.childSeparator}
                    error={problem("childSeparator")}
                    onChange={(event) => set({ childSeparator: event.currentTarget.value })}
                  />
                  {tokens("childMaxTokens")}
                </Group>
              )}
              <Switch
                label={t("recut.extraSpaces")}
                checked={cutting.extraSpaces}
                onChange={(event) => set({ extraSpaces: event.currentTarget.checked })}
              />
              <Switch
                label={t("recut.urlsEmails")}
                checked={cutting.urlsEmails}
                onChange={(event) => set({ urlsEmails: event.currentTarget.checked })}
              />
            </>
          )}
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
            <Button type="submit" loading={replace.isPending} disabled={wrong.size > 0}>
              {t("recut.confirm")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
