import { Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { RunStateLabel } from "@/components/run-state";
import { useFormats } from "@/features/canvas/formats";
import { isOver, type RunView } from "@/features/canvas/run-reducer";

/** State, time, tokens and cost of a run; the time runs along. */
export function RunFacts({ run }: { run: RunView }) {
  const { t } = useTranslation("runs");
  const formats = useFormats();
  const elapsed = useElapsed(run);
  return (
    <Group gap="sm" wrap="nowrap">
      <RunStateLabel state={run.state} />
      {elapsed !== null && (
        <Text span size="xs" c="dimmed">
          {formats.seconds(elapsed)}
        </Text>
      )}
      {run.tokens > 0 && (
        <Text span size="xs" c="dimmed">
          {t("tokens", { count: run.tokens, value: formats.tokens(run.tokens) })}
        </Text>
      )}
      {run.costUsd > 0 && (
        <Text span size="xs" c="dimmed">
          {formats.cost(run.costUsd)}
        </Text>
      )}
      {run.resumptions > 0 && (
        <Text span size="xs" c="dimmed">
          {t("resumed", { count: run.resumptions })}
        </Text>
      )}
    </Group>
  );
}

function useElapsed(run: RunView): number | null {
  const [now, setNow] = useState(() => Date.now() / 1000);
  const running = run.startedAt !== null && !isOver(run);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 200);
    return () => clearInterval(timer);
  }, [running]);
  if (run.elapsedS !== null) return run.elapsedS;
  return run.startedAt === null ? null : Math.max(0, now - run.startedAt);
}
