import {
  IconApps,
  IconBooks,
  IconHome,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
} from "@tabler/icons-react";
import { ActionIcon } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/app/frame.module.css";
import { PlainLink } from "@/components/links";
import { isTyping } from "@/lib/shortcuts";

const STORED = "tidemill-rail";

const ENTRIES = [
  { key: "nav.home", to: "/", icon: IconHome, under: /^\/$/ },
  { key: "nav.apps", to: "/apps", icon: IconApps, under: /^\/apps?(\/|$)/ },
  { key: "nav.knowledge", to: "/knowledge", icon: IconBooks, under: /^\/knowledge(\/|$)/ },
  { key: "nav.settings", to: "/settings", icon: IconSettings, under: /^\/settings/ },
] as const;

export function FrameRail() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [chosen, setChosen] = useState(() => localStorage.getItem(STORED));
  const inEditor = pathname.startsWith("/app/");
  // The editor needs the width; elsewhere names help more than space.
  const folded = chosen ? chosen === "folded" : inEditor;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "b" || event.shiftKey || event.altKey || isTyping(event)) return;
      event.preventDefault();
      setChosen(folded ? "open" : "folded");
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [folded]);

  useEffect(() => {
    if (chosen) localStorage.setItem(STORED, chosen);
  }, [chosen]);

  const foldLabel = folded ? t("nav.unfold") : t("nav.fold");
  return (
    <nav className={classes.rail} aria-label={t("nav.main")} data-folded={folded || undefined}>
      {ENTRIES.map(({ key, to, icon: Icon, under }) => {
        const active = under.test(pathname);
        return (
          <PlainLink
            key={to}
            to={to}
            className={classes.entry}
            aria-current={active ? "page" : undefined}
            aria-label={t(key)}
            title={folded ? t(key) : undefined}
          >
            <Icon size={20} stroke={1.7} aria-hidden />
            <span className={classes.entryText}>{t(key)}</span>
          </PlainLink>
        );
      })}
      <ActionIcon
        className={classes.fold}
        variant="subtle"
        color="gray"
        aria-label={foldLabel}
        title={foldLabel}
        onClick={() => setChosen(folded ? "open" : "folded")}
      >
        {folded ? <IconLayoutSidebarLeftExpand size={18} aria-hidden /> : <IconLayoutSidebarLeftCollapse size={18} aria-hidden />}
      </ActionIcon>
    </nav>
  );
}
