import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useLocalized } from "@/lib/use-language";
import { CardRun } from "./card-run";
import { CardTitle } from "./card-title";
import { SOURCE, TARGET } from "./graph/model";
import classes from "./node-card.module.css";
import { NodeIcon } from "./node-icon";
import { SourceHandle } from "./source-handle";
import { useEditor } from "./store";
import { useNodeLabel } from "./use-node-label";
import type { ViewNode } from "./view-types";

/** An iteration or loop: a frame around the nodes inside it. */
export const ContainerCard = memo(function ContainerCard({ id, data, selected }: NodeProps<ViewNode>) {
  const { t } = useTranslation("canvas");
  const type = useEditor((state) => state.nodeTypes[data.type]);
  const run = useEditor((state) => state.runs[id]);
  const localized = useLocalized();
  const label = useNodeLabel(localized(type?.title) || data.type, data.title, run, undefined);
  return (
    <div
      className={`${classes.card} ${classes.container}`}
      role="group"
      aria-roledescription={t("card.role")}
      aria-label={label}
      // A step is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-state={run?.state}
      data-selected={selected || undefined}
    >
      <Handle type="target" id={TARGET} position={Position.Left} className={classes.target} />
      <header className={classes.head}>
        <NodeIcon type={data.type} group={type?.group} />
        <CardTitle id={id} title={data.title} />
      </header>
      {run && <CardRun run={run} showPreview={false} />}
      <SourceHandle nodeId={id} handleId={SOURCE} label={t("card.addAfter", { title: data.title })} reachable={selected} />
    </div>
  );
});

/** Plain text of a note that was written with a rich text editor. */
function noteText(value: unknown): string {
  if (typeof value !== "string") return "";
  try {
    const lines: string[] = [];
    const visit = (node: { text?: string; children?: unknown[]; root?: unknown }): void => {
      if (node.text) lines.push(node.text);
      for (const child of node.children ?? []) visit(child as typeof node);
      if (node.root) visit(node.root as typeof node);
    };
    visit(JSON.parse(value) as object);
    return lines.join("\n");
  } catch {
    return value;
  }
}

/** A note of an imported file. */
export const NoteCard = memo(function NoteCard({ id, data, selected }: NodeProps<ViewNode>) {
  const { t } = useTranslation("canvas");
  const text = noteText(data.text);
  return (
    <div
      className={classes.note}
      role="group"
      aria-roledescription={t("card.note")}
      aria-label={`${t("card.note")}${t("card.comma")}${text.slice(0, 80)}`}
      // A step is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-selected={selected || undefined}
    >
      {text}
    </div>
  );
});
