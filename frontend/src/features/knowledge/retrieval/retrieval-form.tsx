import { NumberInput, Radio, SegmentedControl, Select, Slider, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Dataset } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { FilterRows } from "@/features/knowledge/retrieval/filter-rows";
import {
  MAX_TOP_K,
  METHODS,
  type Method,
  type Ranking,
  rankingIn,
  type RetrievalSettings,
  wrongIn,
} from "@/features/knowledge/retrieval/retrieval-settings";
import { modelsQuery } from "@/features/models/model-queries";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  dataset: Dataset;
  value: RetrievalSettings;
  /** Also conditions on metadata: they hold for questions, not for a dataset. */
  filter?: boolean;
  readOnly?: boolean;
  onChange(value: RetrievalSettings): void;
}

/** How to search: by meaning, words or both, how many pieces, and from which score on. */
export function RetrievalForm({ dataset, value, filter = false, readOnly = false, onChange }: Props) {
  const { t } = useTranslation("knowledge-retrieval");
  const set = (change: Partial<RetrievalSettings>) => onChange({ ...value, ...change });
  const wrong = wrongIn(value);
  const ranking = rankingIn(value);
  const rankings: Ranking[] = value.method === "hybrid_search" ? ["fused", "weights", "model"] : ["fused", "model"];
  return (
    <Stack gap="md">
      {dataset.indexing_technique === "economy" ? (
        <Text size="sm">{t("settings.economy")}</Text>
      ) : (
        <Radio.Group
          label={t("settings.method")}
          value={value.method}
          readOnly={readOnly}
          onChange={(next) => set({ method: next as Method })}
        >
          <Stack gap={6} mt={6}>
            {METHODS.map((method) => (
              <Radio
                key={method}
                size="xs"
                value={method}
                disabled={readOnly}
                label={t(`method.${method}`)}
                description={t(`methodHint.${method}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {t("settings.ranking")}
        </Text>
        <SegmentedControl
          size="xs"
          fullWidth
          styles={{ label: { whiteSpace: "normal" } }}
          aria-label={t("settings.ranking")}
          readOnly={readOnly}
          value={ranking}
          data={rankings.map((one) => ({
            value: one,
            label: t(one === "fused" && value.method !== "hybrid_search" ? "ranking.score" : `ranking.${one}`),
          }))}
          onChange={(next) => set({ ranking: next as Ranking })}
        />
        {ranking === "weights" && (
          <div>
            <Slider
              mt={6}
              size="sm"
              min={0}
              max={1}
              step={0.05}
              label={null}
              disabled={readOnly}
              thumbLabel={t("settings.weight")}
              value={value.meaning}
              onChange={(meaning) => set({ meaning: Math.round(meaning * 100) / 100 })}
            />
            <Text size="xs" c="dimmed" mt={6}>
              {t("settings.shares", { meaning: Math.round(value.meaning * 100), words: Math.round((1 - value.meaning) * 100) })}
            </Text>
          </div>
        )}
        {ranking === "model" && <RerankModel value={value.rerank} readOnly={readOnly} onChange={(rerank) => set({ rerank })} />}
      </Stack>
      <NumberInput
        size="sm"
        label={t("settings.topK")}
        min={1}
        max={MAX_TOP_K}
        allowDecimal={false}
        readOnly={readOnly}
        value={value.topK}
        error={wrong.has("topK") ? t("settings.topKWrong", { max: MAX_TOP_K }) : undefined}
        onChange={(next) => set({ topK: Number(next) })}
      />
      <Stack gap={6}>
        <Switch
          size="sm"
          label={t("settings.limited")}
          checked={value.limited}
          disabled={readOnly}
          onChange={(event) => set({ limited: event.currentTarget.checked })}
        />
        {value.limited && (
          <NumberInput
            size="sm"
            aria-label={t("settings.threshold")}
            description={value.method === "hybrid_search" && ranking === "fused" ? t("settings.fusedScores") : undefined}
            inputWrapperOrder={["label", "input", "description", "error"]}
            min={0}
            max={1}
            step={0.05}
            decimalScale={3}
            readOnly={readOnly}
            value={value.threshold}
            error={wrong.has("threshold") ? t("settings.thresholdWrong") : undefined}
            onChange={(next) => set({ threshold: Number(next) })}
          />
        )}
      </Stack>
      {filter && <FilterRows dataset={dataset} value={value} onChange={set} />}
    </Stack>
  );
}

interface RerankProps {
  value: RetrievalSettings["rerank"];
  readOnly: boolean;
  onChange(value: RetrievalSettings["rerank"]): void;
}

function RerankModel({ value, readOnly, onChange }: RerankProps) {
  const { t } = useTranslation("knowledge-retrieval");
  const workspace = useWorkspace();
  const { data } = useQuery(modelsQuery(workspace.id, "rerank"));
  const keyOf = (model: { provider: string; name: string }) => `${model.provider}\n${model.name}`;
  if (data?.length === 0 && !value) {
    return (
      <Text size="xs" c="dimmed">
        {t("settings.noRerank")}{" "}
        <AnchorLink to="/settings/models" search={{ add: "1" }} size="xs" td="underline">
          {t("settings.addRerank")}
        </AnchorLink>
      </Text>
    );
  }
  const options = (data ?? []).map((model) => ({ value: keyOf(model), label: `${model.name} · ${model.provider_label}` }));
  const missing = value !== null && data !== undefined && !options.some((option) => option.value === keyOf(value));
  return (
    <Select
      size="xs"
      aria-label={t("settings.rerankModel")}
      placeholder={t("settings.chooseRerank")}
      readOnly={readOnly}
      allowDeselect={false}
      data={missing && value ? [{ value: keyOf(value), label: `${value.name} · ${value.provider}` }, ...options] : options}
      value={value && keyOf(value)}
      error={missing ? t("settings.rerankMissing") : undefined}
      onChange={(next) => {
        const chosen = data?.find((model) => keyOf(model) === next);
        if (chosen) onChange({ provider: chosen.provider, name: chosen.name });
      }}
    />
  );
}
