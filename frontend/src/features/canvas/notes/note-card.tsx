import type { NodeProps } from "@xyflow/react";
import { memo, type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi } from "../canvas-ui";
import { ResizeCorner } from "../resize-corner";
import { useCardMarks } from "../use-card-marks";
import type { ViewNode } from "../view-types";
import { NoteEditor } from "./note-editor";
import classes from "./note.module.css";
import { type NoteBlock, type NoteSpan, notePlain, readNote } from "./note-text";
import { themeOf } from "./notes";

function Span({ span }: { span: NoteSpan }) {
  let shown = <>{span.text}</>;
  if (span.code) shown = <code>{shown}</code>;
  if (span.underline) shown = <u>{shown}</u>;
  if (span.strike) shown = <s>{shown}</s>;
  if (span.italic) shown = <em>{shown}</em>;
  if (span.bold) shown = <strong>{shown}</strong>;
  if (!span.href || !/^(https?:|mailto:)/i.test(span.href)) return shown;
  return (
    <a href={span.href} target="_blank" rel="noopener noreferrer" className="nodrag" tabIndex={-1} title={span.href}>
      {shown}
    </a>
  );
}

function Block({ block }: { block: NoteBlock }) {
  // A note has no other order than that of its text.
  // oxlint-disable-next-line react/no-array-index-key
  const spans = block.spans.map((span, at) => <Span key={at} span={span} />);
  if (block.kind === "item") {
    return (
      <p className={classes.item} style={{ paddingInlineStart: `${block.depth * 1.2}em` }}>
        <span aria-hidden>{block.number === null ? "•" : `${block.number}.`}</span>
        <span>{spans}</span>
      </p>
    );
  }
  return (
    <p data-kind={block.kind} data-level={block.kind === "heading" ? block.level : undefined}>
      {spans}
    </p>
  );
}

/** A note on the canvas; as a frame it lies behind the steps it names. */
export const NoteCard = memo(function NoteCard({ id, data, selected, children }: NodeProps<ViewNode> & { children?: ReactNode }) {
  const { t } = useTranslation("canvas");
  const blocks = useMemo(() => readNote(data.text), [data.text]);
  const editing = useCanvasUi((ui) => ui.renaming === id);
  const frame = data.frame === true;
  const marks = useCardMarks(id);
  const name = t(frame ? "card.frame" : "card.note");
  return (
    <div
      className={classes.note}
      role="group"
      aria-roledescription={name}
      aria-label={[name, notePlain(data.text).slice(0, 80), marks["data-diff-word"]].filter(Boolean).join(t("card.comma"))}
      // A note is walked to with the arrow keys, like a cell of a grid.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      data-node-id={id}
      data-selected={selected || undefined}
      data-theme={themeOf(data)}
      data-frame={frame || undefined}
      {...marks}
    >
      {editing ? (
        <NoteEditor id={id} stored={data.text} />
      ) : (
        <div className={classes.text}>
          {blocks.length === 0 && <p className={classes.hint}>{t("card.noteHint")}</p>}
          {/* oxlint-disable-next-line react/no-array-index-key -- see above */}
          {blocks.map((block, at) => (
            <Block key={at} block={block} />
          ))}
        </div>
      )}
      {children}
      <ResizeCorner id={id} selected={selected} />
    </div>
  );
});
