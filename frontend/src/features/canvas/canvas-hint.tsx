import { useConnection } from "@xyflow/react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import classes from "./canvas.module.css";
import { whyNot } from "./graph/connect";
import type { Point, Refusal } from "./graph/model";
import { useEditorStore } from "./store";

const SHOWN_MS = 4000;
const WIDTH = 280;

function Bubble({ at, text, live }: { at: Point; text: string; live: boolean }) {
  const left = Math.max(8, Math.min(at.x + 14, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(at.y + 14, window.innerHeight - 64));
  return (
    <div className={classes.hint} style={{ left, top }} role={live ? "status" : undefined}>
      {text}
    </div>
  );
}

/** Why the last thing tried did not happen, beside the cursor for a few seconds. */
export function CanvasHint() {
  const { t } = useTranslation("canvas");
  const hint = useCanvasUi((ui) => ui.hint);
  const ui = useCanvasUiStore();
  useEffect(() => {
    if (!hint) return;
    const hide = (): void => ui.setState({ hint: null });
    const timer = setTimeout(hide, SHOWN_MS);
    window.addEventListener("pointerdown", hide, { once: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", hide);
    };
  }, [hint, ui]);
  if (!hint) return null;
  const text = "refusal" in hint ? t(`refusal.${hint.refusal.code}`, hint.refusal.params) : t(hint.key, hint.params);
  return <Bubble at={hint.at} text={text} live />;
}

/** While an edge is dragged over a node that cannot take it: the reason, before the button is let go. */
export function ConnectionHint({ root }: { root: () => HTMLElement | null }) {
  const { t } = useTranslation("canvas");
  const editor = useEditorStore();
  const connection = useConnection();
  const reconnecting = useCanvasUi((ui) => ui.reconnecting);
  if (!connection.inProgress || !connection.toNode || connection.isValid) return null;
  const box = root()?.getBoundingClientRect();
  const { fromHandle, toNode, pointer } = connection;
  const forward = fromHandle.type === "source";
  const link = forward
    ? { source: fromHandle.nodeId, sourceHandle: fromHandle.id, target: toNode.id }
    : { source: toNode.id, sourceHandle: connection.toHandle?.id, target: fromHandle.nodeId };
  const { document, nodeTypes } = editor.getState();
  const refusal: Refusal | null = whyNot(document, link, nodeTypes, reconnecting ?? undefined);
  if (!refusal || !box) return null;
  return (
    <Bubble at={{ x: pointer.x + box.left, y: pointer.y + box.top }} text={t(`refusal.${refusal.code}`, refusal.params)} live={false} />
  );
}
