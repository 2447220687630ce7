import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isLanguage, LANGUAGES, setLanguage } from "@/i18n";
import { useLanguage } from "@/lib/use-language";

export const THEMES = ["light", "dark", "auto"] as const;
export type ThemeChoice = (typeof THEMES)[number];

const ICONS = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop };

function isTheme(value: string): value is ThemeChoice {
  return THEMES.some((theme) => theme === value);
}

interface ThemeProps {
  onChange?: (theme: ThemeChoice) => void;
}

export function ThemeMenu({ onChange }: ThemeProps) {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = ICONS[colorScheme];
  const choose = (value: string) => {
    if (!isTheme(value)) return;
    setColorScheme(value);
    onChange?.(value);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("theme.label")}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("theme.label")}>
            <Icon size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={choose}>
          {THEMES.map((theme) => (
            <Menu.RadioItem key={theme} value={theme}>
              {t(`theme.${theme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

interface LanguageProps {
  onChange?: (language: keyof typeof LANGUAGES) => void;
}

export function LanguageMenu({ onChange }: LanguageProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const choose = (value: string) => {
    if (!isLanguage(value)) return;
    void setLanguage(value);
    onChange?.(value);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("language.label")}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("language.label")}>
            <IconLanguage size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={language} onChange={choose}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <Menu.RadioItem key={code} value={code} lang={code}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
