import { Alert, Checkbox, NativeSelect, Paper, Radio, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { THEMES } from "@/app/appearance";
import { PageHeader } from "@/components/page-header";
import { type CanvasSettings, canvasSettings, useCanvasSettings } from "@/features/canvas/canvas-settings";
import { isLanguage, LANGUAGES, setLanguage } from "@/i18n";
import { keyName } from "@/lib/shortcuts";
import { useErrorText } from "@/lib/use-error-text";
import { useLanguage } from "@/lib/use-language";
import { useSaveMe } from "@/lib/use-save-me";

const WHEELS = ["guess", "mouse", "trackpad"] as const;

/** Theme and language of the person, and how they use the canvas on this device. */
export default function AppearancePage() {
  const { t } = useTranslation(["settings", "common"]);
  const language = useLanguage();
  const words = useErrorText();
  const save = useSaveMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const chooseLanguage = (value: string) => {
    if (!isLanguage(value)) return;
    void setLanguage(value);
    save.mutate({ language: value });
  };
  const chooseTheme = (value: string) => {
    const theme = THEMES.find((one) => one === value);
    if (!theme) return;
    setColorScheme(theme);
    save.mutate({ theme });
  };
  return (
    <>
      <PageHeader title={t("appearance.title")} hint={t("appearance.hint")} />
      <Paper withBorder radius="md" p="lg" maw="36rem" mb="lg">
        <Stack>
          <div>
            <Text size="sm" fw={600} mb={4} id="theme-label">
              {t("common:theme.label")}
            </Text>
            <SegmentedControl
              aria-labelledby="theme-label"
              value={colorScheme}
              onChange={chooseTheme}
              data={THEMES.map((theme) => ({ value: theme, label: t(`common:theme.${theme}`) }))}
            />
          </div>
          <NativeSelect
            label={t("common:language.label")}
            value={language}
            onChange={(event) => chooseLanguage(event.currentTarget.value)}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
          {save.error && (
            <Alert color="red" variant="light" role="alert">
              {words(save.error)}
            </Alert>
          )}
        </Stack>
      </Paper>
      <CanvasPart />
    </>
  );
}

function CanvasPart() {
  const { t } = useTranslation(["settings", "canvas-more"]);
  const wheel = useCanvasSettings((settings) => settings.wheel);
  const oneClick = useCanvasSettings((settings) => settings.oneClick);
  const set = (change: Partial<CanvasSettings>) => canvasSettings.setState(change);
  return (
    <Paper component="section" withBorder radius="md" p="lg" maw="36rem" aria-labelledby="canvas-title">
      <Title order={2} size="h4" id="canvas-title">
        {t("appearance.canvas")}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t("appearance.device")}
      </Text>
      <Stack>
        <Radio.Group
          label={t("canvas-more:settings.wheel")}
          value={wheel}
          onChange={(value) => set({ wheel: WHEELS.find((one) => one === value) ?? "guess" })}
        >
          <Stack gap="xs" mt="xs">
            {WHEELS.map((choice) => (
              <Radio
                key={choice}
                value={choice}
                label={t(`canvas-more:settings.${choice}`)}
                description={t(`canvas-more:settings.${choice}Hint`, { mod: keyName("Mod") })}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Checkbox
          label={t("canvas-more:settings.oneClick")}
          checked={oneClick}
          onChange={(event) => set({ oneClick: event.currentTarget.checked })}
        />
      </Stack>
    </Paper>
  );
}
