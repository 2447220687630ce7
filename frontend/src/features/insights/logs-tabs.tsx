import { useTranslation } from "react-i18next";
import { PlainLink } from "@/components/links";
import classes from "@/features/insights/insights.module.css";

const PARTS = ["logs", "annotations", "evals"] as const;

/** The sides of a log: what was said, what shall be said from now on, what has to stay right. */
export function LogsTabs({ appId, current }: { appId: string; current: (typeof PARTS)[number] }) {
  const { t } = useTranslation("insights");
  return (
    <nav className={classes.tabs} aria-label={t("tabs.label")}>
      {PARTS.map((part) => (
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
