import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "@/components/list-card.module.css";
import { useLater } from "@/lib/use-later";

/** The shape of a list of cards, or of rows, while it loads. */
export function CardsSkeleton({ count = 6, rows = false }: { count?: number; rows?: boolean }) {
  const { t } = useTranslation();
  const shown = useLater();
  return (
    <div className={rows ? classes.rows : classes.cards} role="status" aria-label={t("state.loading")}>
      {shown && Array.from({ length: count }, (_, index) => <Skeleton key={index} height={rows ? 56 : 196} radius="md" />)}
    </div>
  );
}
