import { Alert, NativeSelect, NumberInput, Radio, Select, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { type IndexChoice, modelTaken, type SearchMethod } from "@/features/knowledge/add/index-choice";
import { defaultModelsQuery, modelsQuery } from "@/features/models/model-queries";
import { tokenPrice } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

const METHODS: readonly SearchMethod[] = ["hybrid_search", "semantic_search", "full_text_search"];
const TECHNIQUES = ["high_quality", "economy"] as const;

/** How new knowledge is indexed, and how it is searched unless somebody asks otherwise. */
export function IndexFields({ choice, onChange }: { choice: IndexChoice; onChange: (choice: IndexChoice) => void }) {
  const { t } = useTranslation("knowledge-add");
  const set = (change: Partial<IndexChoice>) => onChange({ ...choice, ...change });
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t("index.technique")}
        value={choice.technique}
        onChange={(value) => set({ technique: value === "economy" ? "economy" : "high_quality" })}
      >
        <Stack gap="xs" mt="xs">
          {TECHNIQUES.map((technique) => (
            <Radio key={technique} value={technique} label={t(`index.${technique}`)} description={t(`index.hint.${technique}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {choice.technique === "high_quality" && (
        <>
          <EmbeddingSelect choice={choice} onChoose={(provider, model) => set({ provider, model })} />
          <NativeSelect
            label={t("index.method")}
            description={t(`index.methodHint.${choice.method}`)}
            value={choice.method}
            data={METHODS.map((method) => ({ value: method, label: t(`index.method.${method}`) }))}
            onChange={(event) => set({ method: METHODS.find((method) => method === event.currentTarget.value) ?? "hybrid_search" })}
          />
        </>
      )}
      <NumberInput
        label={t("index.topK")}
        description={t("index.topKHint")}
        min={1}
        max={100}
        allowDecimal={false}
        value={choice.topK}
        onChange={(value) => set({ topK: Math.min(100, Math.max(1, Number(value) || 1)) })}
      />
      <Stack gap="xs">
        <Switch
          label={t("index.limited")}
          description={t("index.limitedHint")}
          checked={choice.limited}
          onChange={(event) => set({ limited: event.currentTarget.checked })}
        />
        {choice.limited && (
          <NumberInput
            label={t("index.threshold")}
            min={0}
            max={1}
            step={0.05}
            decimalScale={2}
            value={choice.threshold}
            onChange={(value) => set({ threshold: Math.min(1, Math.max(0, Number(value) || 0)) })}
          />
        )}
      </Stack>
      <Text size="sm" c="dimmed">
        {t("index.later")}
      </Text>
    </Stack>
  );
}

const keyOf = ({ provider, name }: { provider: string; name: string }) => `${provider}\n${name}`;

function EmbeddingSelect({ choice, onChoose }: { choice: IndexChoice; onChoose: (provider: string, model: string) => void }) {
  const { t } = useTranslation("knowledge-add");
  const language = useLanguage();
  const { id: ws } = useWorkspace();
  const { data: models } = useQuery(modelsQuery(ws, "text-embedding"));
  const { data: defaults = [] } = useQuery(defaultModelsQuery(ws));
  const taken = modelTaken(choice, models ?? [], defaults);
  if (models?.length === 0) {
    return (
      <Alert color="yellow" variant="light">
        <Text size="sm">{t("index.noModel")}</Text>
        <AnchorLink to="/settings/models" search={{ add: "pick" }} size="sm" underline="always">
          {t("index.addModel")}
        </AnchorLink>
      </Alert>
    );
  }
  const price = taken?.input_price;
  return (
    <Select
      label={t("index.model")}
      description={
        taken?.provider === "local"
          ? t("index.local")
          : price === null || price === undefined
            ? t("index.priceUnknown")
            : t("index.price", { price: tokenPrice(Number(price), language) })
      }
      allowDeselect={false}
      value={taken ? keyOf(taken) : null}
      data={(models ?? []).map((model) => ({ value: keyOf(model), label: `${model.name} · ${model.provider_label}` }))}
      onChange={(key) => {
        const model = models?.find((one) => keyOf(one) === key);
        if (model) onChoose(model.provider, model.name);
      }}
    />
  );
}
