import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CredentialTest, Model, Provider } from "@/api/types";
import { AddModelByName } from "@/features/models/add-model-by-name";
import { type FoundModel, initialChoice, mergeCurrent, modelKey } from "@/features/models/choose-models";
import { ModelFacts } from "@/features/models/model-facts";
import type { ChosenModel } from "@/features/models/model-mutations";
import classes from "@/features/models/models.module.css";
import { includesText } from "@/lib/search-text";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  provider: Provider;
  found: CredentialTest;
  /** False where the test was skipped. */
  tested: boolean;
  current?: readonly Model[];
  error: unknown;
  saving: boolean;
  onBack: () => void;
  onSave: (models: ChosenModel[]) => void;
}

/** The models that were found, to tick. Names the provider does not list can be added. */
export function ModelChooser({ provider, found, tested, current, error, saving, onBack, onSave }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const words = useErrorText();
  const [models, setModels] = useState<FoundModel[]>(() => mergeCurrent(found.models, current));
  const [chosen, setChosen] = useState(() => initialChoice(found.models, current));
  const [wanted, setWanted] = useState("");
  const shown = models.filter((model) => includesText(`${model.name} ${t(`type.${model.type}`)}`, wanted));
  const allShown = shown.length > 0 && shown.every((model) => chosen.has(modelKey(model)));

  const set = (rows: readonly FoundModel[], on: boolean) => {
    const next = new Set(chosen);
    for (const row of rows) {
      if (on) next.add(modelKey(row));
      else next.delete(modelKey(row));
    }
    setChosen(next);
  };
  const addByName = (model: ChosenModel) => {
    const row: FoundModel = { ...model, context_size: null, input_price: null, output_price: null, features: [] };
    if (!models.some((one) => modelKey(one) === modelKey(row))) setModels([row, ...models]);
    setChosen(new Set(chosen).add(modelKey(row)));
  };
  const picked = models.filter((model) => chosen.has(modelKey(model)));

  return (
    <Stack>
      {tested ? (
        <Alert color="teal" variant="light" icon={<IconCircleCheck aria-hidden />} role="status">
          {t("chooser.works", { count: found.models.length, ms: Math.round(found.latency_ms) })}
        </Alert>
      ) : (
        <Alert color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />}>
          {t("chooser.untested")}
        </Alert>
      )}
      {models.length > 0 && (
        <>
          <Group justify="space-between">
            <TextInput
              flex="1 1 12rem"
              aria-label={t("chooser.search")}
              placeholder={t("chooser.search")}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
              data-autofocus
            />
            <Checkbox
              label={t("chooser.all", { count: shown.length })}
              checked={allShown}
              indeterminate={!allShown && shown.some((model) => chosen.has(modelKey(model)))}
              onChange={(event) => set(shown, event.currentTarget.checked)}
            />
          </Group>
          <div className={classes.found} role="group" aria-label={t("chooser.list")}>
            {shown.map((model) => (
              <div key={modelKey(model)} className={classes.foundRow}>
                <Checkbox
                  label={model.name}
                  description={t(`type.${model.type}`)}
                  checked={chosen.has(modelKey(model))}
                  onChange={(event) => set([model], event.currentTarget.checked)}
                />
                <ModelFacts model={model} />
              </div>
            ))}
            {shown.length === 0 && (
              <Text size="sm" c="dimmed" p="sm">
                {t("chooser.none")}
              </Text>
            )}
          </div>
        </>
      )}
      {models.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("chooser.foundNone")}
        </Text>
      )}
      {provider.custom_models && <AddModelByName types={provider.model_types} onAdd={addByName} />}
      {error !== null && error !== undefined && (
        <Alert color="red" variant="light" role="alert">
          {words(error)}
        </Alert>
      )}
      <Group justify="space-between">
        <Button variant="default" onClick={onBack}>
          {t("chooser.back")}
        </Button>
        <Button loading={saving} disabled={picked.length === 0} onClick={() => onSave(picked.map(({ name, type }) => ({ name, type })))}>
          {t("chooser.save", { count: picked.length })}
        </Button>
      </Group>
    </Stack>
  );
}
