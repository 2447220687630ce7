import { IconPinned, IconPlayerSkipForward } from "@tabler/icons-react";
import type { FlowNode, Problem } from "@/api/types";
import { namesAt, usePresence } from "@/features/presence/presence-store";
import { useTexts } from "@/lib/use-texts";
import { useBreakpoint } from "./breakpoints";
import classes from "./node-card.module.css";
import { useEditor, useEditorFacts } from "./store";

export interface ProblemCounts {
  errors: number;
  warnings: number;
}

const cache = new WeakMap<readonly Problem[], Map<string, ProblemCounts>>();

function countsOf(problems: readonly Problem[]): Map<string, ProblemCounts> {
  let counts = cache.get(problems);
  if (!counts) {
    counts = new Map();
    for (const { node_id, severity } of problems) {
      if (!node_id) continue;
      const count = counts.get(node_id) ?? { errors: 0, warnings: 0 };
      count[severity === "error" ? "errors" : "warnings"] += 1;
      counts.set(node_id, count);
    }
    cache.set(problems, counts);
  }
  return counts;
}

/** How many problems the last check found with a node; undefined without any. */
export function useProblemCounts(id: string): ProblemCounts | undefined {
  return useEditor((state) => countsOf(state.problems).get(id));
}

interface BadgesProps {
  id: string;
  data: FlowNode["data"];
  counts: ProblemCounts | undefined;
}

/** What the head of a card says about the node: disabled, pinned, problems, retries. */
export function CardBadges({ id, data, counts }: BadgesProps) {
  const t = useTexts("canvas");
  const marked = useBreakpoint(useEditorFacts().appId, id);
  const retries = (data.retry_config as { retry_enabled?: boolean; max_retries?: number } | undefined) ?? {};
  const all = (counts?.errors ?? 0) + (counts?.warnings ?? 0);
  const others = usePresence((state) => namesAt(state.people, id));
  return (
    <>
      {others && (
        <span className={classes.badge} data-kind="note" title={t("card.openBy", { names: others })}>
          {others}
        </span>
      )}
      {marked && <span className={classes.stop} role="img" aria-label={t("card.breakpoint")} title={t("card.breakpoint")} />}
      {data.disabled === true && (
        <span className={classes.badge} data-kind="note" title={t("card.disabled")}>
          <IconPlayerSkipForward size={12} role="img" aria-label={t("card.disabled")} />
        </span>
      )}
      {data.pinned !== undefined && data.pinned !== null && (
        <span className={classes.badge} data-kind="note" title={t("card.pinned")}>
          <IconPinned size={12} role="img" aria-label={t("card.pinned")} />
        </span>
      )}
      {counts && (
        <span className={classes.badge} data-kind={counts.errors ? "error" : "warning"} title={t("card.problems", { count: all })}>
          {all}
        </span>
      )}
      {retries.retry_enabled && (
        <span className={classes.badge} data-kind="note" title={t("card.retries", { count: retries.max_retries ?? 1 })}>
          {t("card.retryShort", { count: retries.max_retries ?? 1 })}
        </span>
      )}
    </>
  );
}
