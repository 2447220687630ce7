import { Checkbox, Stack, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PartProps } from "./section";
import { avoided, object, text, withAvoided } from "./settings";

const SIDES = ["inputs", "outputs"] as const;

/** The words that must not be said, where they are looked for, and what is said instead. */
export function AvoidedWords({ settings, readOnly, onChange }: PartProps) {
  const { t } = useTranslation("simple");
  const { config } = avoided(settings);
  return (
    <Stack gap="xs" pl="lg">
      <Textarea
        label={t("avoid.words")}
        description={t("avoid.wordsHint")}
        autosize
        minRows={3}
        maxRows={10}
        value={text(config.keywords)}
        readOnly={readOnly}
        onChange={(event) => onChange(withAvoided(settings, { keywords: event.currentTarget.value }))}
      />
      {SIDES.map((side) => {
        const one = object(config[`${side}_config`]);
        const set = (patch: Record<string, unknown>) => onChange(withAvoided(settings, { [`${side}_config`]: { ...one, ...patch } }));
        return (
          <Stack key={side} gap={4}>
            <Checkbox
              label={t(`avoid.${side}`)}
              checked={one.enabled === true}
              disabled={readOnly}
              onChange={(event) => set({ enabled: event.currentTarget.checked })}
            />
            {one.enabled === true && (
              <TextInput
                label={t(`avoid.${side}Reply`)}
                value={text(one.preset_response)}
                readOnly={readOnly}
                onChange={(event) => set({ preset_response: event.currentTarget.value })}
              />
            )}
          </Stack>
        );
      })}
    </Stack>
  );
}
