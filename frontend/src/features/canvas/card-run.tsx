import {
  IconAlertTriangle,
  IconCheck,
  IconLoader2,
  IconPlayerPause,
  IconPlayerStop,
  IconRecycle,
  IconRotateClockwise,
  IconUserQuestion,
  IconX,
} from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { useTexts } from "@/lib/use-texts";
import { useFormats } from "./formats";
import classes from "./node-card.module.css";
import type { NodeRunState, NodeRunView } from "./run-reducer";

const ICONS: Record<NodeRunState, typeof IconCheck> = {
  running: IconLoader2,
  retrying: IconRotateClockwise,
  waiting: IconUserQuestion,
  held: IconPlayerPause,
  succeeded: IconCheck,
  failed: IconX,
  exception: IconAlertTriangle,
  stopped: IconPlayerStop,
};

/** The foot of a card during and after a run. */
export function CardRun({ run, showPreview, children }: { run: NodeRunView; showPreview: boolean; children?: ReactNode }) {
  const t = useTexts("canvas");
  const formats = useFormats();
  const Icon = run.kept ? IconRecycle : ICONS[run.state];
  const busy = run.state === "running" || run.state === "retrying";
  const failure = run.state === "failed" || run.state === "exception" || run.state === "retrying" ? run.error : null;
  return (
    <footer className={classes.run}>
      <div className={classes.facts} style={run.kept ? { color: "var(--mantine-color-dimmed)" } : undefined}>
        <Icon size={14} stroke={2.4} className={busy ? classes.spin : undefined} aria-hidden />
        <span>{t(run.kept ? (run.kept.edited ? "nodeState.edited" : "nodeState.kept") : `nodeState.${run.state}`)}</span>
        {run.count > 1 && <span>×{run.count}</span>}
        {run.attempt > 1 && <span>{t("card.attempt", { count: run.attempt })}</span>}
        <span className={classes.numbers}>
          {run.elapsedS !== null ? formats.seconds(run.elapsedS) : busy && <Clock since={run.startedAt} format={formats.seconds} />}
          {run.tokens > 0 && <span>{t("card.tokensShort", { tokens: formats.tokens(run.tokens) })}</span>}
          {run.costUsd > 0 && <span>{formats.cost(run.costUsd)}</span>}
        </span>
      </div>
      {children}
      {failure && <p className={classes.failure}>{failure.message || failure.code}</p>}
      {showPreview && !failure && run.preview && <p className={classes.preview}>{run.preview}</p>}
    </footer>
  );
}

/** Counts up while a node runs. The server's clock may differ from ours, so it never shows less than nothing. */
function Clock({ since, format }: { since: number | null; format: (seconds: number) => string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <span>{format(Math.max(0, Math.round((now / 1000 - (since ?? now / 1000)) * 2) / 2))}</span>;
}
