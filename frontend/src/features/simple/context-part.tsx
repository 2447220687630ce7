import { NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DatasetPicker } from "@/features/knowledge/dataset-picker";
import { type PartProps, Section } from "./section";
import { datasetIds, object, withDatasetIds } from "./settings";

/** What is looked up for each question. */
export function ContextPart({ settings, readOnly, onChange }: PartProps) {
  const { t } = useTranslation("simple");
  const ids = datasetIds(settings);
  const configs = object(settings.dataset_configs);
  return (
    <Section title={t("context.title")} hint={t("context.hint", { placeholder: "{{#context#}}" })}>
      <DatasetPicker
        label={t("context.ids")}
        value={ids}
        readOnly={readOnly}
        onChange={(next) => onChange(withDatasetIds(settings, next))}
      />
      {ids.length > 0 && (
        <NumberInput
          label={t("context.topK")}
          w={160}
          min={1}
          max={100}
          allowDecimal={false}
          value={typeof configs.top_k === "number" ? configs.top_k : 4}
          readOnly={readOnly}
          onChange={(top_k) => typeof top_k === "number" && onChange({ ...settings, dataset_configs: { ...configs, top_k } })}
        />
      )}
    </Section>
  );
}
