import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLater } from "@/lib/use-later";

/** The shape of a page while its first data loads. */
export function PageSkeleton() {
  const { t } = useTranslation();
  const shown = useLater();
  return (
    <Stack p="xl" gap="md" role="status" aria-label={t("state.loading")}>
      {shown && (
        <>
          <Skeleton height={28} width="14rem" />
          <Skeleton height={16} width="26rem" maw="80%" />
          <Skeleton height={140} mt="md" />
          <Skeleton height={140} />
        </>
      )}
    </Stack>
  );
}
