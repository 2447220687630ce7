import { Portal } from "@mantine/core";
import { useOnViewportChange, useStoreApi } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi } from "../canvas-ui";
import { handleId } from "../graph/connect";
import { shownRun, useEditor } from "../store";
import classes from "./edge-peek.module.css";
import { type Peek, peekAt } from "./peek-values";

/** Sweeping over edges shows nothing. */
const DELAY_MS = 250;
/** Room for the plus in the middle of the edge. */
const GAP = 18;
const SHOWN = 6;

/** What went over the edge that is pointed at, or that alone is selected, in the run that is shown. Its caller is keyed by the edge. */
export default function EdgePeek({ id, selected }: { id: string; selected: boolean }) {
  const document = useEditor((state) => state.document);
  const run = useEditor(shownRun);
  const rounds = useCanvasUi((ui) => ui.rounds);
  const edge = document.graph.edges.find((one) => one.id === id);
  const peek = useMemo(
    () => edge && peekAt(document, run, rounds, { source: edge.source, handle: handleId(edge.sourceHandle), target: edge.target }),
    [document, run, rounds, edge],
  );
  const at = useMiddle(id);
  if (!peek || !at) return null;
  return (
    <Portal>
      <div
        className={classes.peek}
        role={selected ? "status" : "tooltip"}
        data-below={at.below || undefined}
        style={{ left: at.x, top: at.below ? at.y + GAP : at.y - GAP }}
      >
        <PeekCard peek={peek} />
      </div>
    </Portal>
  );
}

/** Where the middle of an edge is in the window, once the pointer rests and while the canvas does. */
function useMiddle(id: string): { x: number; y: number; below: boolean } | null {
  const flow = useStoreApi();
  const [at, setAt] = useState<{ x: number; y: number; below: boolean } | null>(null);
  const [moves, setMoves] = useState(0);
  useOnViewportChange({ onStart: () => setAt(null), onEnd: () => setMoves((count) => count + 1) });
  useEffect(() => {
    const timer = setTimeout(() => {
      const line = flow.getState().domNode?.querySelector<SVGPathElement>(`[data-edge-id="${CSS.escape(id)}"] path`);
      const matrix = line?.getScreenCTM();
      if (!line || !matrix) return;
      const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(matrix);
      const inside = Math.min(Math.max(x, 200), window.innerWidth - 200);
      setAt({ x: inside, y, below: y < 260 });
    }, DELAY_MS);
    return () => clearTimeout(timer);
  }, [flow, id, moves]);
  return at;
}

function PeekCard({ peek }: { peek: Peek }) {
  const { t } = useTranslation("peek");
  const more = peek.values.length - SHOWN;
  return (
    <>
      <p className={classes.title}>
        {t("title", { source: peek.source, target: peek.target })}
        {peek.round !== null && <span className={classes.dim}> {t("round", { number: peek.round })}</span>}
      </p>
      {peek.kind === "running" && <p className={classes.dim}>{t("running", { node: peek.source })}</p>}
      {peek.kind === "skipped" && <p className={classes.dim}>{t("skipped")}</p>}
      {peek.kind === "failed" && <p className={classes.failed}>{t("failed", { node: peek.source, message: peek.message })}</p>}
      {peek.kind === "values" && peek.values.length === 0 && <p className={classes.dim}>{t("none")}</p>}
      {peek.values.length > 0 && (
        <dl className={classes.values}>
          {peek.values.slice(0, SHOWN).map((value) => (
            <div key={value.name} data-used={value.used || undefined}>
              <dt>
                {value.name} <span className={classes.dim}>{value.type}</span>
                {value.used && <span className={classes.used}>{t("used")}</span>}
              </dt>
              <dd>{value.short || t("emptyText")}</dd>
            </div>
          ))}
        </dl>
      )}
      {more > 0 && <p className={classes.dim}>{t("more", { count: more })}</p>}
    </>
  );
}
