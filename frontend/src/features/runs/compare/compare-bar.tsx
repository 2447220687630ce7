import { Button, Group, Paper, Text } from "@mantine/core";
import { IconArrowsLeftRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Run } from "@/api/types";
import { ButtonLink } from "@/components/links";
import { exactTime } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

interface Props {
  appId: string;
  picked: readonly Run[];
  /** A third one was ticked and took the place of the oldest. */
  replaced: boolean;
  onClear(): void;
}

/** What is ticked in the history, and the way to its comparison. The older run is the first. */
export function CompareBar({ appId, picked, replaced, onClear }: Props) {
  const { t } = useTranslation(["compare", "common"]);
  const language = useLanguage();
  if (picked.length === 0) return null;
  const [a, b] = picked.toSorted((one, other) => one.created_at.localeCompare(other.created_at));
  return (
    <Paper withBorder shadow="md" p="xs" role="region" aria-label={t("bar.title")} style={{ position: "sticky", bottom: 12, zIndex: 5 }}>
      <Group gap="sm">
        <Text size="sm" role="status" flex={1}>
          {t("bar.count", { count: picked.length })} {picked.map((run) => exactTime(run.created_at, language)).join(" · ")}
          {picked.length === 1 && ` ${t("bar.oneMore")}`}
          {replaced && ` ${t("bar.replaced")}`}
        </Text>
        <Button size="xs" variant="default" onClick={onClear}>
          {t("common:action.clear")}
        </Button>
        {a && b ? (
          <ButtonLink
            size="xs"
            to="/app/$appId/runs/compare"
            params={{ appId }}
            search={{ a: a.id, b: b.id }}
            leftSection={<IconArrowsLeftRight size={14} aria-hidden />}
          >
            {t("bar.compare")}
          </ButtonLink>
        ) : (
          <Button size="xs" disabled leftSection={<IconArrowsLeftRight size={14} aria-hidden />}>
            {t("bar.compare")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
