import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "@/features/apps/apps-page.module.css";

export function AppsSkeleton({ count = 6 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.cards} role="status" aria-label={t("state.loading")}>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={176} radius="md" />
      ))}
    </div>
  );
}
