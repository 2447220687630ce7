import { ActionIcon, Alert, Switch, Table, Text, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Model } from "@/api/types";
import { ModelFacts } from "@/features/models/model-facts";
import { ModelLimitsDialog } from "@/features/models/model-limits-dialog";
import { useChangeModel } from "@/features/models/model-mutations";
import { useErrorText } from "@/lib/use-error-text";

/** The models of one key: on or off, limits and price. */
export function CredentialModels({ models }: { models: readonly Model[] }) {
  const { t } = useTranslation("models");
  const words = useErrorText();
  const change = useChangeModel();
  const [edited, setEdited] = useState<Model | null>(null);
  if (models.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt="sm">
        {t("list.empty")}
      </Text>
    );
  }
  return (
    <>
      {change.error && (
        <Alert color="red" variant="light" mt="sm" role="alert">
          {words(change.error)}
        </Alert>
      )}
      <Table.ScrollContainer minWidth={520} mt="sm">
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("list.model")}</Table.Th>
              <Table.Th>{t("list.type")}</Table.Th>
              <Table.Th>{t("list.facts")}</Table.Th>
              <Table.Th>{t("list.use")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {models.map((model) => (
              <Table.Tr key={model.id ?? model.name}>
                <Table.Td>{model.name}</Table.Td>
                <Table.Td>{t(`type.${model.type}`)}</Table.Td>
                <Table.Td>
                  <span style={{ display: "flex", alignItems: "center", gap: 6 }}>
                    <ModelFacts model={model} />
                    {model.id && (
                      <Tooltip label={t("limits.edit")}>
                        <ActionIcon
                          variant="subtle"
                          color="gray"
                          aria-label={t("limits.editOf", { name: model.name })}
                          onClick={() => setEdited(model)}
                        >
                          <IconPencil size={15} aria-hidden />
                        </ActionIcon>
                      </Tooltip>
                    )}
                  </span>
                </Table.Td>
                <Table.Td>
                  <Switch
                    size="sm"
                    aria-label={t("list.useOf", { name: model.name })}
                    checked={
                      change.isPending && change.variables.id === model.id ? (change.variables.enabled ?? model.enabled) : model.enabled
                    }
                    disabled={!model.id}
                    onChange={(event) => model.id && change.mutate({ id: model.id, enabled: event.currentTarget.checked })}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {edited?.id && <ModelLimitsDialog model={edited} modelId={edited.id} onClose={() => setEdited(null)} />}
    </>
  );
}
