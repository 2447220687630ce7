import { ActionIcon, Group, Skeleton, Stack, Text, ThemeIcon, Title, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { setupQuery } from "@/lib/use-me";

/** What the platform is made of, whether it answers, and what to do about each part that does not. */
export function HealthList() {
  const { t } = useTranslation(["auth", "common"]);
  const { data, error, refetch, isFetching } = useQuery(setupQuery);
  return (
    <Stack component="section" aria-labelledby="health-title" gap="md">
      <Group justify="space-between">
        <Title order={2} size="h4" id="health-title">
          {t("health.title")}
        </Title>
        <Tooltip label={t("health.again")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("health.again")} loading={isFetching} onClick={() => void refetch()}>
            <IconRefresh size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={160} />}
      {data?.health.map((part) => (
        <Group key={part.name} align="flex-start" wrap="nowrap" gap="sm">
          <ThemeIcon size={22} radius="xl" color={part.ok ? "teal" : "red"} variant="light" mt={1}>
            {part.ok ? <IconCheck size={14} aria-hidden /> : <IconAlertTriangle size={14} aria-hidden />}
          </ThemeIcon>
          <div>
            <Text fw={600} size="sm">
              {t(`health.${part.name}`)}{" "}
              <Text span size="sm" c={part.ok ? "var(--tm-good)" : "var(--tm-bad)"}>
                {part.ok ? t("health.ok") : t("health.down")}
              </Text>
            </Text>
            <Text size="sm" c="dimmed">
              {part.ok ? t(`health.${part.name}What`) : `${part.detail} ${part.fix}`.trim()}
            </Text>
            {!part.ok && <Text size="sm">{t(`health.${part.name}Without`)}</Text>}
          </div>
        </Group>
      ))}
      {data && (
        <Text size="sm" c="dimmed">
          {t("health.stored")}
        </Text>
      )}
    </Stack>
  );
}
