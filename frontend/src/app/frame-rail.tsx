import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "@/app/frame.module.css";

export function FrameRail() {
  const { t } = useTranslation();
  return (
    <nav className={classes.rail} aria-label={t("nav.main")}>
      <Link to="/">{t("nav.home")}</Link>
      <Link to="/apps">{t("nav.apps")}</Link>
      <Link to="/settings">{t("nav.settings")}</Link>
    </nav>
  );
}
