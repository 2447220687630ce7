import { Group, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconLoader2,
  IconPlayerPause,
  IconPlayerStop,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RunState } from "@/api/types";

const LOOKS: Record<RunState, { icon: typeof IconClock; color: string }> = {
  queued: { icon: IconClock, color: "var(--mantine-color-dimmed)" },
  running: { icon: IconLoader2, color: "var(--tm-busy)" },
  paused: { icon: IconPlayerPause, color: "var(--tm-warn)" },
  succeeded: { icon: IconCircleCheck, color: "var(--tm-good)" },
  partial_succeeded: { icon: IconAlertTriangle, color: "var(--tm-warn)" },
  failed: { icon: IconCircleX, color: "var(--tm-bad)" },
  stopped: { icon: IconPlayerStop, color: "var(--mantine-color-dimmed)" },
};

/** A run's state as icon and word: colour is never alone. */
export function RunStateLabel({ state }: { state: RunState }) {
  const { t } = useTranslation();
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Group component="span" gap={4} wrap="nowrap" style={{ color }} display="inline-flex">
      <Icon size={15} aria-hidden />
      <Text span size="sm" inherit={false} c={color}>
        {t(`runState.${state}`)}
      </Text>
    </Group>
  );
}
