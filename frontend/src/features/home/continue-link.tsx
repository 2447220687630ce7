import { Text } from "@mantine/core";
import { IconArrowRight, IconBooks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AppIcon } from "@/components/app-icon";
import { PlainLink } from "@/components/links";
import classes from "@/features/home/home.module.css";
import { useRecents } from "@/lib/recents";
import { useWorkspace } from "@/lib/use-workspace";

/** The page of an app or a dataset that was open last on this device. */
export function ContinueLink() {
  const { t } = useTranslation(["home", "common"]);
  const workspace = useWorkspace();
  const [last] = useRecents(workspace.id);
  if (!last) return null;
  return (
    <PlainLink to={last.to} className={classes.continue}>
      {last.look ? <AppIcon app={last.look} size={32} /> : <IconBooks size={26} aria-hidden />}
      <span className={classes.rowText}>
        <Text span size="xs" c="dimmed">
          {t("continue.title")}
        </Text>
        <Text span fw={600} truncate>
          {t("continue.open", { title: last.title, part: t(`common:crumb.${last.part}`) })}
        </Text>
      </span>
      <IconArrowRight size={18} aria-hidden />
    </PlainLink>
  );
}
