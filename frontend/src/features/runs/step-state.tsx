import { Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconLoader2,
  IconPlayerPause,
  IconPlayerStop,
  IconRecycle,
  IconRefresh,
  IconUserQuestion,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { KeptView, NodeRunState } from "@/features/canvas/run-reducer";
import classes from "./runs.module.css";

const LOOKS: Record<NodeRunState, { icon: typeof IconCircleX; color: string }> = {
  running: { icon: IconLoader2, color: "var(--tm-busy)" },
  retrying: { icon: IconRefresh, color: "var(--tm-warn)" },
  waiting: { icon: IconUserQuestion, color: "var(--tm-warn)" },
  held: { icon: IconPlayerPause, color: "var(--tm-warn)" },
  succeeded: { icon: IconCircleCheck, color: "var(--tm-good)" },
  failed: { icon: IconCircleX, color: "var(--tm-bad)" },
  exception: { icon: IconAlertTriangle, color: "var(--tm-warn)" },
  stopped: { icon: IconPlayerStop, color: "var(--mantine-color-dimmed)" },
};

/** A step's state as icon and word. One that an earlier run did looks kept. */
export function StepState({ state, kept = null }: { state: NodeRunState; kept?: KeptView | null }) {
  const { t } = useTranslation("runs");
  const { icon: Icon, color } = kept ? { icon: IconRecycle, color: "var(--mantine-color-dimmed)" } : LOOKS[state];
  return (
    <span className={classes.state} style={{ color }}>
      <Icon size={15} aria-hidden className={state === "running" ? classes.spin : undefined} />
      <Text span size="xs" c="inherit">
        {t(kept ? (kept.edited ? "stepState.edited" : "stepState.kept") : `stepState.${state}`)}
      </Text>
    </span>
  );
}
