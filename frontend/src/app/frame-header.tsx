import { Kbd, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Breadcrumb } from "@/app/breadcrumb";
import classes from "@/app/frame.module.css";
import { BrandMark } from "@/components/brand";
import { PlainLink } from "@/components/links";
import { keyName } from "@/lib/shortcuts";

const HeaderTools = lazy(() => import("@/app/header-tools"));

interface Props {
  onCommandBar: () => void;
  onShortcuts: () => void;
}

export function FrameHeader({ onCommandBar, onShortcuts }: Props) {
  const { t } = useTranslation();
  return (
    <header className={classes.header}>
      <PlainLink to="/" className={classes.brand} aria-label={t("nav.homeOf", { name: "Tidemill" })}>
        <BrandMark />
        <Text fw={700} visibleFrom="md" component="span">
          {t("product")}
        </Text>
      </PlainLink>
      <Breadcrumb />
      <UnstyledButton className={classes.search} onClick={onCommandBar}>
        <VisuallyHidden>{t("command.open")}</VisuallyHidden>
        <IconSearch size={15} aria-hidden />
        <span className={classes.searchText} aria-hidden>
          {t("command.hint")}
        </span>
        <span className={classes.searchKeys} aria-hidden>
          <Kbd size="xs">{keyName("Mod")}</Kbd> <Kbd size="xs">K</Kbd>
        </span>
      </UnstyledButton>
      <div className={classes.tools}>
        <Suspense fallback={null}>
          <HeaderTools onShortcuts={onShortcuts} />
        </Suspense>
      </div>
    </header>
  );
}
