import { useTranslation } from "react-i18next";
import type { FlowDocument, FlowNode } from "@/api/types";
import classes from "@/features/apps/flow-preview.module.css";

const WIDTH = 244;
const HEIGHT = 90;
const MARGIN = 24;
/** What fits into a box, in widths of a Latin letter. */
const TITLE_WIDTH = 17;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  node: FlowNode;
}

function boxesOf(nodes: readonly FlowNode[]): Map<string, Box> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const place = (node: FlowNode): { x: number; y: number } => {
    const parent = node.parentId ? byId.get(node.parentId) : undefined;
    const origin = parent ? place(parent) : { x: 0, y: 0 };
    return { x: origin.x + node.position.x, y: origin.y + node.position.y };
  };
  return new Map(nodes.map((node) => [node.id, { ...place(node), width: node.width ?? WIDTH, height: node.height ?? HEIGHT, node }]));
}

function shorten(title: string): string {
  let width = 0;
  let kept = "";
  for (const letter of title) {
    width += letter > "\u2e80" ? 1.8 : 1;
    if (width > TITLE_WIDTH) return `${kept}…`;
    kept += letter;
  }
  return title;
}

/** A still picture of a flow: boxes and arrows, small enough for a card. */
export function FlowPreview({ document }: { document: FlowDocument }) {
  const { t } = useTranslation("apps");
  const nodes = document.graph.nodes.filter((node) => !node.type?.includes("note"));
  const boxes = boxesOf(nodes);
  if (boxes.size === 0) return null;
  const all = [...boxes.values()];
  const left = Math.min(...all.map((box) => box.x)) - MARGIN;
  const top = Math.min(...all.map((box) => box.y)) - MARGIN;
  const right = Math.max(...all.map((box) => box.x + box.width)) + MARGIN;
  const bottom = Math.max(...all.map((box) => box.y + box.height)) + MARGIN;
  return (
    <svg
      className={classes.preview}
      viewBox={`${left} ${top} ${right - left} ${bottom - top}`}
      role="img"
      aria-label={t("preview.label", { count: nodes.length, titles: nodes.map((node) => node.data.title).join(" → ") })}
    >
      {document.graph.edges.map((edge) => {
        const from = boxes.get(edge.source);
        const to = boxes.get(edge.target);
        if (!from || !to) return null;
        const x1 = from.x + from.width;
        const y1 = from.y + from.height / 2;
        const y2 = to.y + to.height / 2;
        const bend = Math.max(40, Math.abs(to.x - x1) / 2);
        return <path key={edge.id} className={classes.edge} d={`M${x1},${y1} C${x1 + bend},${y1} ${to.x - bend},${y2} ${to.x},${y2}`} />;
      })}
      {all.map(({ node, x, y, width, height }) => (
        <g key={node.id} data-kind={node.data.type} className={classes.node}>
          <rect x={x} y={y} width={width} height={height} rx={14} />
          <text x={x + 18} y={y + Math.min(height / 2, 45) + 7}>
            {shorten(node.data.title)}
          </text>
        </g>
      ))}
    </svg>
  );
}
