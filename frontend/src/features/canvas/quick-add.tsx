import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument, FlowNode } from "@/api/types";
import { type Place, useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import { useCommands } from "./commands-context";
import { Palette } from "./palette";
import { nodeById, parentOf } from "./graph/structure";
import classes from "./palette.module.css";
import { useEditor } from "./store";

const WIDTH = 320;
const HEIGHT = 380;
const MARGIN = 8;

/** The container that a place is in. */
function containerOf(document: FlowDocument, place: Place): FlowNode | undefined {
  if (place.kind === "free") return place.containerId ? nodeById(document, place.containerId) : undefined;
  const id = place.kind === "edge" ? document.graph.edges.find((edge) => edge.id === place.edgeId)?.source : place.nodeId;
  const node = id ? nodeById(document, id) : undefined;
  return node && parentOf(document, node);
}

/** The palette as a popover where something is to be added. */
export function QuickAdd() {
  const { t } = useTranslation("canvas");
  const request = useCanvasUi((ui) => ui.palette);
  const ui = useCanvasUiStore();
  const commands = useCommands();
  const document = useEditor((state) => state.document);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!request) return;
    const close = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) ui.setState({ palette: null });
    };
    // The press that opened the popover must not close it.
    const timer = setTimeout(() => window.addEventListener("pointerdown", close, true));
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointerdown", close, true);
    };
  }, [request, ui]);

  if (!request) return null;
  const left = Math.max(MARGIN, Math.min(request.at.x, window.innerWidth - WIDTH - MARGIN));
  const top = Math.max(MARGIN, Math.min(request.at.y, window.innerHeight - HEIGHT - MARGIN));
  const { place } = request;
  return (
    <div ref={box} role="dialog" aria-label={t("palette.title")} className={classes.popover} style={{ left, top }}>
      <Palette
        key={JSON.stringify(place)}
        autoFocus
        connectable={place.kind === "after" || place.kind === "edge"}
        passing={place.kind === "before" || place.kind === "edge"}
        notes={place.kind === "free"}
        inside={containerOf(document, place)}
        replacing={place.kind === "replace" ? place.nodeId : undefined}
        onEscape={() => {
          ui.setState({ palette: null });
          if (place.kind === "after" || place.kind === "before" || place.kind === "replace") commands.show(place.nodeId);
        }}
        onPick={(type) => {
          ui.setState({ palette: null });
          commands.add(type, place);
        }}
      />
    </div>
  );
}
