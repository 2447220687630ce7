import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id, Model } from "@/api/types";
import { useChangeModel } from "@/features/models/model-mutations";
import { fieldErrors } from "@/lib/field-errors";
import { useErrorText } from "@/lib/use-error-text";

interface Props {
  model: Model;
  modelId: Id;
  onClose: () => void;
}

type Entry = number | string;

function known(value: Entry): number | null {
  return typeof value === "number" ? value : null;
}

/** Context size and prices, where the price list is wrong or does not know the model. */
export function ModelLimitsDialog({ model, modelId, onClose }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const words = useErrorText();
  const change = useChangeModel();
  const [context, setContext] = useState<Entry>(model.context_size ?? "");
  const [input, setInput] = useState<Entry>(model.input_price ?? "");
  const [output, setOutput] = useState<Entry>(model.output_price ?? "");
  const fields = fieldErrors(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { id: modelId, context_size: known(context), input_price: known(input), output_price: known(output) },
      { onSuccess: onClose },
    );
  };
  return (
    <Modal opened onClose={onClose} title={t("limits.title", { name: model.name })}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("limits.hint")}
          </Text>
          <NumberInput
            label={t("limits.context")}
            value={context}
            onChange={setContext}
            min={1}
            allowDecimal={false}
            thousandSeparator=" "
            hideControls
            error={fields.context_size}
            data-autofocus
          />
          <NumberInput
            label={t("limits.input")}
            value={input}
            onChange={setInput}
            min={0}
            decimalScale={6}
            hideControls
            error={fields.input_price}
          />
          <NumberInput
            label={t("limits.output")}
            value={output}
            onChange={setOutput}
            min={0}
            decimalScale={6}
            hideControls
            error={fields.output_price}
          />
          {change.error && Object.keys(fields).length === 0 && (
            <Alert color="red" variant="light" role="alert">
              {words(change.error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t("common:action.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
