import { NodeResizeControl, ResizeControlVariant } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { contentSize, resize } from "./graph/containers";
import { GRID, isContainer, sizeOf } from "./graph/model";
import { nodeById } from "./graph/structure";
import classes from "./container.module.css";
import { useEditor, useEditorStore } from "./store";

interface Props {
  id: string;
  selected: boolean;
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowRight: [GRID, 0],
  ArrowLeft: [-GRID, 0],
  ArrowDown: [0, GRID],
  ArrowUp: [0, -GRID],
};

/** The right and lower edge and the corner, by which a container or note is made larger or smaller; arrow keys do it too. */
export function ResizeCorner({ id, selected }: Props) {
  const { t } = useTranslation("canvas");
  const readOnly = useEditor((state) => state.readOnly);
  const store = useEditorStore();
  if (readOnly) return null;
  const node = nodeById(store.getState().document, id);
  if (!node) return null;
  const least = isContainer(node.data.type) ? contentSize(store.getState().document, id) : { width: 120, height: 56 };
  const label = { key: "resize", params: { title: node.data.title } };
  const keep = (_: unknown, size: { width: number; height: number }): void =>
    store.actions.change(label, (document) => resize(document, id, size));
  const limits = { minWidth: least.width, minHeight: least.height, onResizeEnd: keep, autoScale: false };
  return (
    <>
      <NodeResizeControl {...limits} variant={ResizeControlVariant.Line} position="right" className={classes.edge} />
      <NodeResizeControl {...limits} variant={ResizeControlVariant.Line} position="bottom" className={classes.edge} />
      <NodeResizeControl {...limits} position="bottom-right" className={classes.corner}>
        <button
          type="button"
          className={classes.grip}
          aria-label={t("card.resize", { title: node.data.title || t("card.note") })}
          tabIndex={selected ? 0 : -1}
          onKeyDown={(event) => {
            const step = STEPS[event.key];
            if (!step || event.altKey) return;
            event.preventDefault();
            event.stopPropagation();
            store.actions.change(
              label,
              (document) => {
                const now = nodeById(document, id);
                if (!now) return document;
                const { width, height } = sizeOf(now);
                return resize(document, id, { width: width + step[0], height: height + step[1] });
              },
              { mergeKey: `resize:${id}` },
            );
          }}
        />
      </NodeResizeControl>
    </>
  );
}
