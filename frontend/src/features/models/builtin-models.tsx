import { Badge, Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Model, Provider } from "@/api/types";
import { ProviderMark } from "@/features/models/provider-mark";
import { useLocalized } from "@/lib/use-language";

interface Props {
  models: readonly Model[];
  providers: readonly Provider[];
}

/** What works with no key: always there, and marked for what it is. */
export function BuiltinModels({ models, providers }: Props) {
  const { t } = useTranslation("models");
  const localized = useLocalized();
  return models.map((model) => {
    const provider = providers.find((one) => one.id === model.provider);
    return (
      <Paper key={`${model.provider}/${model.name}`} component="article" withBorder radius="md" p="md" aria-label={model.name}>
        <Group wrap="nowrap" gap="md">
          <ProviderMark label={model.provider_label} />
          <div style={{ flex: 1, minWidth: 0 }}>
            <Group gap="xs">
              <Text fw={600}>{model.name}</Text>
              <Badge variant="outline" color="tide" tt="none">
                {model.provider === "demo" ? t("builtin.demo") : t("builtin.badge")}
              </Badge>
              <Text size="xs" c="dimmed">
                {t(`type.${model.type}`)}
              </Text>
            </Group>
            <Text size="sm" c="dimmed">
              {localized(provider?.description)}
            </Text>
          </div>
        </Group>
      </Paper>
    );
  });
}
