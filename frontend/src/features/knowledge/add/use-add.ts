import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dataset, KnowledgeDocument, NewDocuments } from "@/api/types";
import { toProcessRule } from "@/features/knowledge/add/cutting";
import { toRetrieval } from "@/features/knowledge/add/index-choice";
import { portions } from "@/features/knowledge/add/portions";
import type { Wizard } from "@/features/knowledge/add/use-wizard";
import { useAddDocuments, useCreateDataset, useUpdateDataset } from "@/features/knowledge/knowledge-mutations";

export interface Added {
  dataset: Dataset;
  /** What the documents that were added together are called, null where there are several such groups or none. */
  batch: string | null;
}

/** Makes the dataset where there is none yet and brings the sources in. Asked again after an error it goes on where it stopped. */
export function useAdd(wizard: Wizard, existing: Dataset | undefined) {
  const { t } = useTranslation("knowledge-add");
  const create = useCreateDataset();
  const add = useAddDocuments();
  const [made, setMade] = useState<Dataset | undefined>(existing);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const update = useUpdateDataset(existing?.id ?? "");

  const index = () => {
    const { technique, provider, model } = wizard.index;
    const named = technique === "high_quality" ? { embedding_provider: provider, embedding_model: model } : {};
    return { indexing_technique: technique, ...named, retrieval: toRetrieval(wizard.index) };
  };
  const datasetFor = async (empty: boolean): Promise<Dataset> => {
    if (made && made.indexing_technique === "" && !empty) return update.mutateAsync(index());
    if (made) return made;
    const cut = { doc_form: wizard.cutting.form, process_rule: toProcessRule(wizard.cutting) };
    return create.mutateAsync({ name: wizard.name.trim(), ...(empty ? {} : { ...cut, ...index() }) });
  };
  return useMutation({
    mutationFn: async ({ empty }: { empty: boolean }): Promise<Added> => {
      const dataset = await datasetFor(empty);
      setMade(dataset);
      if (empty) return { dataset, batch: null };
      const cut: NewDocuments = {
        process_rule: toProcessRule(wizard.cutting),
        doc_form: wizard.cutting.form,
        ...(wizard.language ? { doc_language: wizard.language } : {}),
      };
      const sofar = new Set(done);
      const rows: KnowledgeDocument[] = [];
      for (const { key, sources } of portions(wizard, t("text.usualName"))) {
        if (sofar.has(key)) continue;
        rows.push(...(await add.mutateAsync({ dataset: dataset.id, ...cut, ...sources })));
        sofar.add(key);
        setDone(new Set(sofar));
      }
      const batches = new Set(rows.map(({ batch }) => batch));
      return { dataset, batch: batches.size === 1 ? ([...batches][0] ?? null) : null };
    },
  });
}
