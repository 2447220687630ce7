import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { MarkdownView } from "@/features/runs/markdown-view";
import { TryNotes } from "./try-notes";
import type { Try } from "./use-try";

/** One answer to the inputs. */
export function TryOnce({ appId, test }: { appId: string; test: Try }) {
  const { t } = useTranslation(["simple", "runs"]);
  const { runId, view, busy } = test;
  return (
    <Stack p="md" gap="sm">
      <Group>
        {busy ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => void test.stop()}>
            {t("runs:stop")}
          </Button>
        ) : (
          <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void test.start()}>
            {t("try.run")}
          </Button>
        )}
      </Group>
      <TryNotes test={test} />
      <div role="region" aria-label={t("try.answer")} aria-busy={busy}>
        {view?.answer ? (
          <MarkdownView text={view.answer} live={busy} />
        ) : (
          <Text c="dimmed">{busy ? t("runs:chat.thinking") : t("try.empty")}</Text>
        )}
      </div>
      {runId && view && !busy && (
        <Group gap="sm">
          <Text size="xs" c="dimmed">
            {t("try.tokens", { count: view.tokens })}
          </Text>
          <AnchorLink to="/app/$appId/runs/$runId" params={{ appId, runId }} size="xs">
            {t("runs:chat.openRun")}
          </AnchorLink>
        </Group>
      )}
    </Stack>
  );
}
