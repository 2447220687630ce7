import { Alert, NativeSelect, Paper, SimpleGrid, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DefaultModel, Model, ModelType } from "@/api/types";
import { useSaveDefaultModels } from "@/features/models/model-mutations";
import { defaultModelsQuery, MODEL_TYPES } from "@/features/models/model-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  models: readonly Model[];
  mayEdit: boolean;
}

const idOf = (model: { provider: string; name: string }): string => `${model.provider}/${model.name}`;

/** Which model a new step takes, for each task that has any model. */
export function DefaultModels({ models, mayEdit }: Props) {
  const { t } = useTranslation("models");
  const workspace = useWorkspace();
  const words = useErrorText();
  const { data: defaults } = useQuery(defaultModelsQuery(workspace.id));
  const save = useSaveDefaultModels();
  const types = MODEL_TYPES.filter((type) => models.some((model) => model.type === type && model.enabled));
  if (!defaults || types.length === 0) return null;

  const choose = (type: ModelType, value: string) => {
    const model = models.find((one) => one.type === type && idOf(one) === value);
    const others = defaults.filter((one) => one.type !== type);
    const chosen: DefaultModel[] = model ? [{ type, provider: model.provider, name: model.name }] : [];
    save.mutate([...others, ...chosen]);
  };
  return (
    <section aria-labelledby="defaults-title">
      <Title order={2} size="h4" id="defaults-title">
        {t("defaults.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("defaults.hint")}
      </Text>
      <Paper withBorder radius="md" p="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {types.map((type) => {
            const current = defaults.find((one) => one.type === type);
            return (
              <NativeSelect
                key={type}
                label={t(`type.${type}`)}
                disabled={!mayEdit}
                value={current ? idOf(current) : ""}
                onChange={(event) => choose(type, event.currentTarget.value)}
                data={[
                  { value: "", label: t("defaults.none") },
                  ...models
                    .filter((model) => model.type === type && model.enabled)
                    .map((model) => ({
                      value: idOf(model),
                      label: t("defaults.option", { name: model.name, provider: model.provider_label }),
                    })),
                ]}
              />
            );
          })}
        </SimpleGrid>
        {save.error && (
          <Alert color="red" variant="light" mt="sm" role="alert">
            {words(save.error)}
          </Alert>
        )}
      </Paper>
    </section>
  );
}
