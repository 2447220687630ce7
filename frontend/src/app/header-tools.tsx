import { ActionIcon, Tooltip } from "@mantine/core";
import { IconHelp } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { AccountMenu } from "@/app/account-menu";
import { LanguageMenu, ThemeMenu } from "@/app/appearance";
import { useSaveMe } from "@/lib/use-save-me";

const WorkTray = lazy(() => import("@/features/long-work/work-tray"));

/** Help, language, theme and account. A part of its own: menus weigh more than the rest of the frame. */
export default function HeaderTools({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useTranslation();
  const save = useSaveMe();
  return (
    <>
      <Suspense fallback={null}>
        <WorkTray />
      </Suspense>
      <Tooltip label={t("shortcuts.title")}>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={onShortcuts} aria-label={t("shortcuts.title")} visibleFrom="sm">
          <IconHelp size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <LanguageMenu onChange={(language) => save.mutate({ language })} />
      <ThemeMenu onChange={(theme) => save.mutate({ theme })} />
      <AccountMenu />
    </>
  );
}
