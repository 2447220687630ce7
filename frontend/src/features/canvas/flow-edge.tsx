import { type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo, useState } from "react";
import { useTexts } from "@/lib/use-texts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./flow-edge.module.css";
import { FAIL } from "./graph/model";
import { type ChosenRounds, runAt } from "./run-rounds";
import { type EditorState, shownRun, useEditor, useEditorFacts } from "./store";
import type { RealEnds } from "./view-model";

/** "active" while the target runs, "done" when the run went this way, "skipped" when it took another branch. */
function runState(
  editor: EditorState,
  rounds: ChosenRounds,
  source: string,
  handle: string,
  target: string,
): "active" | "done" | "skipped" | undefined {
  const { document } = editor;
  const run = shownRun(editor);
  const from = runAt(document, run, rounds, source);
  if (!from || from.state === "running" || from.state === "retrying") return undefined;
  const taken = (from.handle ?? "source") === handle;
  const to = runAt(document, run, rounds, target);
  if (!taken) return "skipped";
  if (!to) return undefined;
  return to.state === "running" || to.state === "retrying" ? "active" : "done";
}

/** Between cards closer than this the plus needs most of the line; its ends are then grabbed in smaller places. */
const SHORT = 120;

/** A handle reaches this much farther than its knob, where the line begins. */
const REACH = 9;

/** One path an edge; a plus in its middle while it is pointed at or selected. */
export const FlowEdge = memo(function FlowEdge(props: EdgeProps) {
  const { id, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  // At a collapsed frame the edge is drawn from and to other places than those it connects.
  const real = props.data as RealEnds | undefined;
  const { source, target } = real ?? props;
  const handle = real?.handle ?? props.sourceHandleId ?? "source";
  const dimmed = useCanvasUi(({ lit }) => lit !== null && !(lit.has(source) && lit.has(target)));
  const rounds = useCanvasUi((canvas) => canvas.rounds);
  const state = useEditor((editor) => runState(editor, rounds, source, handle, target));
  const diff = useCanvasUi((canvas) => canvas.diffEdges?.[id]);
  const { readOnly } = useEditorFacts();
  const ui = useCanvasUiStore();
  const t = useTexts("canvas");
  const [hovered, setHovered] = useState(false);
  const ends = { sourceX: sourceX - REACH, sourceY, targetX: targetX + REACH, targetY, sourcePosition, targetPosition };
  const [path, x, y] = getBezierPath(ends);

  const insert = (event: { clientX: number; clientY: number }): void => {
    ui.setState({ palette: { at: { x: event.clientX + 8, y: event.clientY + 8 }, place: { kind: "edge", edgeId: id } } });
  };

  return (
    <g
      onPointerEnter={(event) => {
        setHovered(true);
        if (event.buttons === 0) ui.setState({ pointedEdge: id });
      }}
      onPointerLeave={() => {
        setHovered(false);
        ui.setState({ pointedEdge: null });
      }}
      data-edge-id={id}
      data-dimmed={dimmed || undefined}
      className={Math.abs(targetX - sourceX) < SHORT ? classes.short : undefined}
    >
      <path
        id={id}
        d={path}
        className={`react-flow__edge-path ${classes.line}`}
        data-state={state}
        data-fail={handle === FAIL || undefined}
        data-diff={diff}
        data-selected={selected || undefined}
        data-hovered={hovered || undefined}
      />
      <path
        d={path}
        className={classes.reach}
        onClick={(event) => {
          if (readOnly || !(event.ctrlKey || event.metaKey)) return;
          event.stopPropagation();
          insert(event);
        }}
      />
      {diff && (
        <path
          className={classes.diff}
          data-diff={diff}
          transform={`translate(${x} ${y})`}
          d={diff === "added" ? "M-5 0H5M0 -5V5" : "M-5 0H5"}
        />
      )}
      {!readOnly && (hovered || selected) && (
        <g
          className={classes.plus}
          transform={`translate(${x} ${y})`}
          role="button"
          tabIndex={selected ? 0 : -1}
          aria-label={t("edge.insert")}
          onClick={(event) => {
            event.stopPropagation();
            insert(event);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            insert({ clientX: box.right, clientY: box.bottom });
          }}
        >
          <title>{t("edge.insert")}</title>
          <circle r={11} />
          <path d="M-5 0H5M0 -5V5" />
        </g>
      )}
    </g>
  );
});
