import { Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconRestore } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { ModelFields } from "../model-part";
import { PromptFields } from "../prompt-part";
import type { Settings } from "../settings";
import classes from "./compare.module.css";
import { edited, type Variant, withOwnPrompt, withVariant } from "./variants";

interface Props {
  app: App;
  settings: Settings;
  variant: Variant;
  onChange(variant: Variant): void;
}

/** What a variant has of its own: a model with its parameters, and a prompt if asked for. */
export function VariantSetup({ settings, variant, onChange }: Props) {
  const { t } = useTranslation("simple-compare");
  const part = {
    settings: withVariant(settings, variant),
    readOnly: false,
    onChange: (next: Settings) => onChange(edited(variant, settings, next)),
  };
  return (
    <Stack gap="xs" className={classes.setup}>
      <ModelFields {...part} compact />
      <Group justify="space-between" gap="xs" mih={26}>
        <Switch
          size="xs"
          label={t("ownPrompt")}
          checked={variant.prompt !== null}
          onChange={(event) => onChange(event.currentTarget.checked ? withOwnPrompt(variant, settings) : { ...variant, prompt: null })}
        />
        {variant.model && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconRestore size={14} aria-hidden />}
            onClick={() => onChange({ ...variant, model: null })}
          >
            {t("appModel")}
          </Button>
        )}
      </Group>
      {variant.prompt && (
        <>
          <PromptFields {...part} compact />
          <Text size="xs" c="dimmed">
            {t("ownPromptHint")}
          </Text>
        </>
      )}
    </Stack>
  );
}
