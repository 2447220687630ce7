import { Handle, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect, useMemo, useRef } from "react";
import { useLocalized } from "@/lib/use-language";
import { useTexts } from "@/lib/use-texts";
import { CardBadges, useProblemCounts } from "./card-badges";
import { CardBranches } from "./card-branches";
import { CardLines } from "./card-lines";
import { CardNote } from "./card-note";
import { CardRun } from "./card-run";
import { CardTitle } from "./card-title";
import { type CardLine, summarise, titlesOf } from "./card-summary";
import { nodeHandles } from "./graph/handles";
import { isRoot, SOURCE, TARGET } from "./graph/model";
import classes from "./node-card.module.css";
import { NodeIcon } from "./node-icon";
import { SourceHandle } from "./source-handle";
import { type EditorState, useEditor, useEditorFacts } from "./store";
import { useCardMarks } from "./use-card-marks";
import { useNodeLabel } from "./use-node-label";
import { useNodeRun } from "./use-node-run";
import type { ViewNode } from "./view-types";

const selectTitles = (state: EditorState) => titlesOf(state.document);
/** Have the canvas library measure the handles again when there are other ones. The first time it does so by itself. */
function useHandlesMoved(id: string, handles: string): void {
  const update = useUpdateNodeInternals();
  const measured = useRef(handles);
  useEffect(() => {
    if (measured.current === handles) return;
    measured.current = handles;
    update(id);
  }, [update, id, handles]);
}

/** A node on the canvas. It renders again only when its own data, run or problems change. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<ViewNode>) {
  const type = useEditorFacts().nodeTypes[data.type];
  const titles = useEditor(selectTitles);
  const run = useNodeRun(id);
  const counts = useProblemCounts(id);
  const marks = useCardMarks(id);
  const open = useEditor((state) => state.openNodeId === id);
  const lines: CardLine[] = useMemo(() => summarise(data, titles), [data, titles]);
  const handles = useMemo(() => nodeHandles(type, data), [type, data]);
  const plain = handles.length === 1 && handles[0]!.id === SOURCE;
  const handleKey = handles.map((handle) => handle.id).join("|");
  useHandlesMoved(id, handleKey);
  const t = useTexts("canvas");
  const localized = useLocalized();
  const label = useNodeLabel(localized(type?.title) || data.type, data.title, run, counts, marks["data-diff-word"]);

  return (
    <div
      className={classes.card}
      role="group"
      aria-roledescription={t("card.role")}
      aria-label={label}
      // A step is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-state={run?.state}
      data-selected={selected || undefined}
      data-open={open || undefined}
      data-group={type?.group}
      data-unknown={!type || undefined}
      data-disabled={data.disabled === true || undefined}
      {...marks}
    >
      {/* What begins a flow takes no edge either, but says so. */}
      <Handle
        type="target"
        id={TARGET}
        position={Position.Left}
        className={isRoot(data.type) ? `${classes.target} ${classes.barred}` : classes.target}
      />
      <header className={classes.head}>
        <NodeIcon type={data.type} group={type?.group} />
        <CardTitle id={id} title={data.title} />
        <CardBadges id={id} data={data} counts={counts} />
      </header>
      {lines.length > 0 && <CardLines lines={lines} />}
      {!type && <p className={classes.unknown}>{t("card.unknownType", { type: data.type })}</p>}
      {!plain && handles.length > 0 && (
        <CardBranches selected={selected} id={id} data={data} handles={handles} titles={titles} taken={run?.handle ?? null} />
      )}
      <CardNote id={id} ran={run !== undefined} />
      {run && <CardRun run={run} showPreview={data.type !== "start"} />}
      {plain && <SourceHandle nodeId={id} handleId={SOURCE} label={t("card.addAfter", { title: data.title })} reachable={selected} />}
    </div>
  );
});
