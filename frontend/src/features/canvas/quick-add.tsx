import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import { useCommands } from "./commands-context";
import { Palette } from "./palette";
import classes from "./palette.module.css";

const WIDTH = 320;
const HEIGHT = 380;
const MARGIN = 8;

/** The palette as a popover where something is to be added. */
export function QuickAdd() {
  const { t } = useTranslation("canvas");
  const request = useCanvasUi((ui) => ui.palette);
  const ui = useCanvasUiStore();
  const commands = useCommands();
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
        onEscape={() => {
          ui.setState({ palette: null });
          if (place.kind === "after" || place.kind === "before") commands.show(place.nodeId);
        }}
        onPick={(type) => {
          ui.setState({ palette: null });
          commands.add(type, place);
        }}
      />
    </div>
  );
}
