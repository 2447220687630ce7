import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./container.module.css";
import type { NodeRunView } from "./run-reducer";
import { failedRounds } from "./run-rounds";
import { shownRun, useEditor } from "./store";

/** Turns the pages of a container's rounds: the steps in it show the round that is open. */
export function RoundPager({ id, run }: { id: string; run: NodeRunView }) {
  const { t } = useTranslation("canvas");
  const ui = useCanvasUiStore();
  const chosen = useCanvasUi((state) => state.rounds[id]);
  const whole = useEditor(shownRun);
  const failed = useMemo(() => failedRounds(whole, id, run.path), [whole, id, run.path]);
  const begun = run.rounds?.begun ?? 0;
  if (begun === 0) return null;
  const page = Math.min(chosen ?? begun - 1, begun - 1);
  const turn = (to: number): void =>
    ui.setState((state) => {
      const { [id]: _, ...others } = state.rounds;
      // The latest page follows the run.
      return { rounds: to >= begun - 1 ? others : { ...others, [id]: Math.max(0, to) } };
    });
  return (
    <div className={`${classes.pager} nodrag`} role="group" aria-label={t("rounds.pager")}>
      <button type="button" aria-label={t("rounds.previous")} disabled={page === 0} onClick={() => turn(page - 1)}>
        <IconChevronLeft size={16} aria-hidden />
      </button>
      <span data-failed={failed.has(page) || undefined}>{t("rounds.page", { round: page + 1, total: begun })}</span>
      <button type="button" aria-label={t("rounds.next")} disabled={page === begun - 1} onClick={() => turn(page + 1)}>
        <IconChevronRight size={16} aria-hidden />
      </button>
      {failed.size > 0 && (
        <button type="button" className={classes.toFailed} onClick={() => turn(nextOf(failed, page))}>
          {t("rounds.failed", { count: failed.size })}
        </button>
      )}
    </div>
  );
}

/** The next failed round after this one, or the first. */
function nextOf(failed: ReadonlySet<number>, page: number): number {
  const sorted = [...failed].toSorted((a, b) => a - b);
  return sorted.find((round) => round > page) ?? sorted[0] ?? page;
}
