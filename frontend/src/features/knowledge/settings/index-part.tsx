import { Alert, Button, Group, Radio, Select, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import type { Dataset, Model } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { useUpdateDataset } from "@/features/knowledge/knowledge-mutations";
import { datasetPath } from "@/features/knowledge/knowledge-queries";
import { Part, type PartProps, SavedForm } from "@/features/knowledge/settings/part";
import { modelsQuery } from "@/features/models/model-queries";
import { cost } from "@/lib/format";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

const TECHNIQUES = ["high_quality", "economy"] as const;
type Choice = Pick<Dataset, "indexing_technique" | "embedding_provider" | "embedding_model">;

const keyOf = (provider: string, name: string) => `${provider}\n${name}`;

/** How the pieces are indexed; another choice has all of them indexed anew. */
export function IndexPart({ dataset, mayEdit }: PartProps) {
  const { t } = useTranslation("knowledge-settings");
  const workspace = useWorkspace();
  const update = useUpdateDataset(dataset.id);
  const { data: models } = useQuery(modelsQuery(workspace.id, "text-embedding"));
  const [edited, setEdited] = useState<Choice | null>(null);
  const choice = edited ?? dataset;
  const vectors = choice.indexing_technique !== "economy";
  const chosen = models?.find((one) => one.provider === choice.embedding_provider && one.name === choice.embedding_model);
  const set = (change: Partial<Choice>) => {
    const next = { ...pick(choice), ...change };
    setEdited(sameChoice(next, dataset) ? null : next);
  };
  const decide = (technique: (typeof TECHNIQUES)[number]) => {
    const model = chosen ?? models?.[0];
    set({
      indexing_technique: technique,
      embedding_provider: technique === "economy" ? dataset.embedding_provider : (model?.provider ?? ""),
      embedding_model: technique === "economy" ? dataset.embedding_model : (model?.name ?? ""),
    });
  };
  const known = Boolean(chosen) || !choice.embedding_model;
  const options = (models ?? []).map((one) => ({ value: keyOf(one.provider, one.name), label: `${one.name} · ${one.provider_label}` }));
  const unknown = {
    value: keyOf(choice.embedding_provider, choice.embedding_model),
    label: `${choice.embedding_model} · ${choice.embedding_provider}`,
  };
  return (
    <Part title={t("index.title")} aside={mayEdit && dataset.documents > 0 && <CheckIndex dataset={dataset} />}>
      <SavedForm
        changed={edited !== null}
        saving={update.isPending}
        saved={update.isSuccess}
        disabled={vectors && !choice.embedding_model}
        error={update.error}
        mayEdit={mayEdit}
        onSave={() => edited && update.mutate(changeOf(edited), { onSuccess: () => setEdited(null) })}
        onReset={() => {
          update.reset();
          setEdited(null);
        }}
      >
        <Radio.Group
          label={t("index.technique")}
          value={choice.indexing_technique}
          onChange={(next) => decide(next === "economy" ? next : "high_quality")}
        >
          <Stack gap="xs" mt="xs">
            {TECHNIQUES.map((technique) => (
              <Radio
                key={technique}
                value={technique}
                disabled={!mayEdit}
                label={t(`index.${technique}`)}
                description={t(`index.${technique}Hint`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {vectors && choice.indexing_technique && (
          <Select
            label={t("index.model")}
            description={models?.length === 0 ? <AddModel /> : undefined}
            allowDeselect={false}
            readOnly={!mayEdit}
            data={known || !models ? options : [unknown, ...options]}
            value={choice.embedding_model ? keyOf(choice.embedding_provider, choice.embedding_model) : null}
            error={!dataset.embedding_available && edited === null ? t("index.away") : undefined}
            onChange={(next) => {
              const found = models?.find((one) => keyOf(one.provider, one.name) === next);
              if (found) set({ embedding_provider: found.provider, embedding_model: found.name });
            }}
          />
        )}
        {edited && dataset.pieces > 0 && <Consequence dataset={dataset} vectors={vectors} model={chosen} />}
      </SavedForm>
    </Part>
  );
}

const pick = ({ indexing_technique, embedding_provider, embedding_model }: Choice): Choice => ({
  indexing_technique,
  embedding_provider,
  embedding_model,
});

function sameChoice(a: Choice, b: Choice): boolean {
  if (a.indexing_technique !== b.indexing_technique) return false;
  return a.indexing_technique === "economy" || (a.embedding_provider === b.embedding_provider && a.embedding_model === b.embedding_model);
}

function changeOf({ indexing_technique, embedding_provider, embedding_model }: Choice) {
  if (indexing_technique === "economy") return { indexing_technique };
  return { indexing_technique: "high_quality" as const, embedding_provider, embedding_model };
}

/** What saving sets off: how many pieces are indexed anew, and what that costs. */
function Consequence({ dataset, vectors, model }: { dataset: Dataset; vectors: boolean; model: Model | undefined }) {
  const { t } = useTranslation("knowledge-settings");
  const language = useLanguage();
  const number = new Intl.NumberFormat(language);
  const price = model?.input_price;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t("index.again", { count: dataset.pieces, number: number.format(dataset.pieces) })}
    >
      <Text size="sm">
        {vectors ? t("index.tokens", { count: dataset.tokens, number: number.format(dataset.tokens) }) : t("index.noTokens")}{" "}
        {vectors &&
          (model?.provider === "local"
            ? t("index.local")
            : price === null || price === undefined
              ? t("index.noPrice")
              : t("index.cost", { cost: cost((dataset.tokens * price) / 1_000_000, language) }))}
      </Text>
      <Text size="sm">{t("index.meanwhile")}</Text>
    </Alert>
  );
}

function AddModel() {
  const { t } = useTranslation("knowledge-settings");
  return (
    <AnchorLink to="/settings/models" search={{ add: "1" }} size="xs" td="underline">
      {t("index.addModel")}
    </AnchorLink>
  );
}

/** Has the index compared with what is stored; needed only after a restored backup or a fault of the index. */
function CheckIndex({ dataset }: { dataset: Dataset }) {
  const { t } = useTranslation("knowledge-settings");
  const words = useErrorText();
  const workspace = useWorkspace();
  const check = useMutation({
    mutationFn: () => api.post<{ documents: number }>(datasetPath(workspace.id, dataset.id, "/reindex")),
  });
  return (
    <Group gap="xs" style={{ flex: "none" }}>
      <Text size="xs" c={check.error ? "var(--tm-bad)" : "dimmed"} role="status">
        {check.error ? words(check.error) : check.data ? t("index.checking", { count: check.data.documents }) : ""}
      </Text>
      <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
        {t("index.check")}
      </Button>
    </Group>
  );
}
