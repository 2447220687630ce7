import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./editor.module.css";

/** The shape of a small flow while the editor loads. */
export function CanvasSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.skeleton} role="status" aria-label={t("state.loading")}>
      {[0, 1, 2].map((at) => (
        <Skeleton key={at} width={256} height={96} radius="md" />
      ))}
    </div>
  );
}
