import { Button, Group, Loader, NumberInput, SegmentedControl, Select, Slider, Stack, Switch, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { keys } from "@/api/keys";
import type { Model } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";
import { type Json, record } from "../form/field-schema";
import { FieldShell } from "../form/field-shell";
import { type FieldProps, useNodeForm } from "../form/form-context";
import { type Ranking, rankingOf, vectorWeight, withRanking, withVectorWeight } from "./datasets";

const RetrievalTrial = lazy(() => import("./retrieval-trial"));

/** How many passages, from which score on, and how they are put in order. */
export function RetrievalWidget({ field, value, onChange }: FieldProps) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const config = record(value);
  const set = (patch: Json) => onChange({ ...config, ...patch });
  const threshold = typeof config.score_threshold === "number" ? config.score_threshold : null;
  const limited = threshold !== null && config.score_threshold_enabled !== false;
  const ranking = rankingOf(config);
  return (
    <FieldShell path={field.path} label={field.label} hint={field.hint} required={field.required}>
      <Group gap="sm" align="flex-end" grow>
        <NumberInput
          size="xs"
          label={t("retrieval.top")}
          min={1}
          max={100}
          allowDecimal={false}
          readOnly={readOnly}
          value={typeof config.top_k === "number" ? config.top_k : 4}
          onChange={(next) => set({ top_k: Number(next) || 1 })}
        />
        <NumberInput
          size="xs"
          label={t("retrieval.threshold")}
          min={0}
          max={1}
          step={0.05}
          decimalScale={2}
          disabled={!limited}
          readOnly={readOnly}
          value={threshold ?? 0.5}
          onChange={(next) => set({ score_threshold: Number(next) || 0 })}
        />
      </Group>
      <Switch
        size="xs"
        label={t("retrieval.limited")}
        checked={limited}
        disabled={readOnly}
        onChange={(event) => {
          const on = event.currentTarget.checked;
          set({ score_threshold_enabled: on, score_threshold: on ? (threshold ?? 0.5) : threshold });
        }}
      />
      <Stack gap={4}>
        <Text size="xs" fw={600}>
          {t("retrieval.ranking")}
        </Text>
        <SegmentedControl
          size="xs"
          w="fit-content"
          aria-label={t("retrieval.ranking")}
          readOnly={readOnly}
          value={ranking}
          data={(["none", "weighted_score", "reranking_model"] as const).map((one) => ({ value: one, label: t(`retrieval.${one}`) }))}
          onChange={(next) => onChange(withRanking(config, next as Ranking))}
        />
      </Stack>
      {ranking === "weighted_score" && <Weights weights={record(config.weights)} onChange={(weights) => set({ weights })} />}
      {ranking === "reranking_model" && (
        <RerankModel model={record(config.reranking_model)} onChange={(model) => set({ reranking_model: model })} />
      )}
      <Trial />
    </FieldShell>
  );
}

/** Folded until it is wanted: most visits to the panel are about settings. */
function Trial() {
  const { t } = useTranslation("widgets");
  const { node, readOnly } = useNodeForm();
  const [open, setOpen] = useState(false);
  if (readOnly || !Array.isArray(node.data.dataset_ids) || node.data.dataset_ids.length === 0) return null;
  return (
    <Stack gap="xs">
      <Button
        size="compact-xs"
        variant="light"
        w="fit-content"
        aria-expanded={open}
        leftSection={<IconFlask size={13} aria-hidden />}
        onClick={() => setOpen(!open)}
      >
        {t("trial.title")}
      </Button>
      {open && (
        <Suspense fallback={<Loader size="xs" role="status" aria-label={t("trial.busy")} />}>
          <RetrievalTrial />
        </Suspense>
      )}
    </Stack>
  );
}

function Weights({ weights, onChange }: { weights: Json; onChange(weights: Json): void }) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const weight = vectorWeight(weights);
  return (
    <div>
      <Slider
        size="sm"
        min={0}
        max={1}
        step={0.05}
        label={null}
        disabled={readOnly}
        thumbLabel={t("retrieval.weight")}
        value={weight}
        onChange={(next) => onChange(withVectorWeight(weights, next))}
      />
      <Group justify="space-between" mt={4}>
        <Text size="xs">{t("retrieval.meaning", { share: Math.round(weight * 100) })}</Text>
        <Text size="xs">{t("retrieval.words", { share: Math.round((1 - weight) * 100) })}</Text>
      </Group>
    </div>
  );
}

function RerankModel({ model, onChange }: { model: Json; onChange(model: Json): void }) {
  const { t } = useTranslation("widgets");
  const { readOnly } = useNodeForm();
  const workspace = useWorkspace();
  const { data } = useQuery({
    queryKey: keys.models(workspace.id, "rerank"),
    queryFn: () => api.get<Model[]>(workspace.path("/models"), { query: { type: "rerank" } }),
  });
  const provider = String(model.provider ?? model.reranking_provider_name ?? "");
  const name = String(model.model ?? model.reranking_model_name ?? "");
  const valueOf = (one: { provider: string; name: string }) => `${one.provider}\n${one.name}`;
  const options = (data ?? []).map((one) => ({ value: valueOf(one), label: `${one.name} · ${one.provider_label}` }));
  const value = name ? valueOf({ provider, name }) : null;
  const missing = value !== null && data !== undefined && !options.some((option) => option.value === value);
  return (
    <Select
      size="xs"
      label={t("retrieval.rerankModel")}
      placeholder={t("retrieval.rerankChoose")}
      readOnly={readOnly}
      data={missing && value ? [{ value, label: `${name} · ${provider}` }, ...options] : options}
      value={value}
      description={data?.length === 0 ? t("retrieval.noRerank") : undefined}
      error={missing ? t("retrieval.rerankMissing") : undefined}
      allowDeselect={false}
      onChange={(next) => {
        const chosen = data?.find((one) => valueOf(one) === next);
        if (!chosen) return;
        const { reranking_provider_name: _p, reranking_model_name: _m, ...rest } = model;
        onChange({ ...rest, provider: chosen.provider, model: chosen.name });
      }}
    />
  );
}
