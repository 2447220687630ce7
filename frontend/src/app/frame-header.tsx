import { ActionIcon, Kbd, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { IconHelp, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "@/app/account-menu";
import { LanguageMenu, ThemeMenu } from "@/app/appearance";
import { Breadcrumb } from "@/app/breadcrumb";
import classes from "@/app/frame.module.css";
import { BrandMark } from "@/components/brand";
import { PlainLink } from "@/components/links";
import { keyName } from "@/lib/shortcuts";
import { useSaveMe } from "@/lib/use-save-me";

interface Props {
  onCommandBar: () => void;
  onShortcuts: () => void;
}

export function FrameHeader({ onCommandBar, onShortcuts }: Props) {
  const { t } = useTranslation();
  const save = useSaveMe();
  return (
    <header className={classes.header}>
      <PlainLink to="/" className={classes.brand} aria-label={t("nav.homeOf", { name: "Tidemill" })}>
        <BrandMark />
        <Text fw={700} visibleFrom="md" component="span">
          {t("product")}
        </Text>
      </PlainLink>
      <Breadcrumb />
      <UnstyledButton className={classes.search} onClick={onCommandBar} aria-label={t("command.open")}>
        <IconSearch size={15} aria-hidden />
        <span className={classes.searchText}>{t("command.hint")}</span>
        <span className={classes.searchKeys} aria-hidden>
          <Kbd size="xs">{keyName("Mod")}</Kbd> <Kbd size="xs">K</Kbd>
        </span>
      </UnstyledButton>
      <div className={classes.tools}>
        <Tooltip label={t("shortcuts.title")}>
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={onShortcuts} aria-label={t("shortcuts.title")} visibleFrom="sm">
            <IconHelp size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <LanguageMenu onChange={(language) => save.mutate({ language })} />
        <ThemeMenu onChange={(theme) => save.mutate({ theme })} />
        <AccountMenu />
      </div>
    </header>
  );
}
