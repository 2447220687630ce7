import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/datasets/datasets.module.css";

export function DatasetsSkeleton() {
  const { t } = useTranslation();
  return (
    <div className={classes.cards} role="status" aria-label={t("state.loading")}>
      {Array.from({ length: 6 }, (_, index) => (
        <Skeleton key={index} height={196} radius="md" />
      ))}
    </div>
  );
}
