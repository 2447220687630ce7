import { useTranslation } from "react-i18next";
import { PlainLink } from "@/components/links";
import classes from "@/features/insights/insights.module.css";

/** The two sides of a log: what was said, and what shall be said from now on. */
export function LogsTabs({ appId, current }: { appId: string; current: "logs" | "annotations" }) {
  const { t } = useTranslation("insights");
  return (
    <nav className={classes.tabs} aria-label={t("tabs.label")}>
      {(["logs", "annotations"] as const).map((part) => (
        <PlainLink
          key={part}
          to={`/app/$appId/${part}`}
          params={{ appId }}
          className={classes.tab}
          aria-current={part === current ? "page" : undefined}
        >
          {t(`tabs.${part}`)}
        </PlainLink>
      ))}
    </nav>
  );
}
