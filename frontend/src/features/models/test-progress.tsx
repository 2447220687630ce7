import { Button, Group, Loader, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  provider: string;
  since: number;
  onCancel: () => void;
}

/** How long the provider has been asked, and the way out. */
export function TestProgress({ provider, since, onCancel }: Props) {
  const { t } = useTranslation(["models", "common"]);
  const [now, setNow] = useState(since);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  return (
    <Group justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Loader size="xs" aria-hidden />
        <Text size="sm" role="status">
          {t("test.asking", { provider })}
        </Text>
        <Text size="sm" c="dimmed" aria-hidden>
          {t("test.seconds", { count: seconds })}
        </Text>
      </Group>
      <Button size="xs" variant="default" onClick={onCancel}>
        {t("common:action.cancel")}
      </Button>
    </Group>
  );
}
