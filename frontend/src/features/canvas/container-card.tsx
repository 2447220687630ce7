import { IconHome } from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { lazy, memo, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useLocalized } from "@/lib/use-language";
import { CardBadges, useProblemCounts } from "./card-badges";
import { CardNote } from "./card-note";
import { CardRun } from "./card-run";
import { CardTitle } from "./card-title";
import { useCanvasUi } from "./canvas-ui";
import classes from "./container.module.css";
import { SOURCE, TARGET } from "./graph/model";
import { childrenOf } from "./graph/structure";
import card from "./node-card.module.css";
import { NodeIcon } from "./node-icon";
import { ResizeCorner } from "./resize-corner";
import { SourceHandle } from "./source-handle";
import { useEditor } from "./store";
import { useCardMarks } from "./use-card-marks";
import { useNodeLabel } from "./use-node-label";
import { useNodeRun } from "./use-node-run";
import type { ViewNode } from "./view-types";

const RoundPager = lazy(() => import("./round-pager").then(({ RoundPager: component }) => ({ default: component })));

/** An iteration or loop: a frame around the nodes inside it. */
export const ContainerCard = memo(function ContainerCard({ id, data, selected }: NodeProps<ViewNode>) {
  const { t } = useTranslation("canvas");
  const type = useEditor((state) => state.nodeTypes[data.type]);
  const open = useEditor((state) => state.openNodeId === id);
  const empty = useEditor((state) => childrenOf(state.document, id).length < 2);
  const dropping = useCanvasUi((ui) => ui.dropInto === id);
  const inner = useCanvasUi((ui) => ui.connectingIn === id);
  const run = useNodeRun(id);
  const counts = useProblemCounts(id);
  const marks = useCardMarks(id);
  const localized = useLocalized();
  const label = useNodeLabel(localized(type?.title) || data.type, data.title, run, counts, marks["data-diff-word"]);
  const rounds = run?.rounds;
  return (
    <div
      className={`${card.card} ${classes.container}`}
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
      data-dropping={dropping || undefined}
      data-inner={inner || undefined}
      data-disabled={data.disabled === true || undefined}
      {...marks}
    >
      <Handle type="target" id={TARGET} position={Position.Left} className={card.target} />
      <header className={card.head}>
        <NodeIcon type={data.type} group={type?.group} />
        <CardTitle id={id} title={data.title} />
        {rounds && (
          <span className={classes.rounds} title={t("rounds.count", { begun: rounds.begun, total: rounds.total })}>
            {t("rounds.short", { begun: rounds.begun, total: rounds.total })}
          </span>
        )}
        <CardBadges id={id} data={data} counts={counts} />
      </header>
      {empty && <p className={classes.empty}>{t("card.emptyContainer")}</p>}
      <CardNote id={id} ran={run !== undefined} />
      {run && (
        <CardRun run={run} showPreview={false}>
          <Suspense fallback={null}>{rounds && <RoundPager id={id} run={run} />}</Suspense>
        </CardRun>
      )}
      <SourceHandle nodeId={id} handleId={SOURCE} label={t("card.addAfter", { title: data.title })} reachable={selected} />
      <ResizeCorner id={id} selected={selected} />
    </div>
  );
});

/** Where each round begins. */
export const EntryCard = memo(function EntryCard({ id, data, selected, parentId }: NodeProps<ViewNode>) {
  const { t } = useTranslation("canvas");
  const title = useEditor((state) => state.document.graph.nodes.find((node) => node.id === parentId)?.data.title ?? "");
  const run = useNodeRun(id);
  const marks = useCardMarks(id);
  const label = useNodeLabel(t("card.entry"), t("card.entryOf", { title }), run, undefined, marks["data-diff-word"]);
  return (
    <div
      className={classes.entry}
      role="group"
      aria-roledescription={t("card.role")}
      aria-label={label}
      title={t("card.entryOf", { title })}
      // A step is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-state={run?.state}
      data-selected={selected || undefined}
      data-type={data.type}
      {...marks}
    >
      <Handle type="target" id={TARGET} position={Position.Left} className={`${card.target} ${card.barred}`} />
      <IconHome size={18} stroke={1.8} aria-hidden />
      <SourceHandle nodeId={id} handleId={SOURCE} label={t("card.addInside", { title })} reachable={selected} />
    </div>
  );
});
