import { ViewportPortal } from "@xyflow/react";
import { lazy, Suspense } from "react";
import { useCanvasUi } from "./canvas-ui";
import classes from "./canvas.module.css";
import { type EditorState, useEditor } from "./store";

const SelectionBar = lazy(() => import("./selection-bar").then(({ SelectionBar: component }) => ({ default: component })));
const ConnectTo = lazy(() => import("./connect-to").then(({ ConnectTo: component }) => ({ default: component })));

/** The lines that a dragged card is in line with. */
export function GuideLines() {
  const guides = useCanvasUi((ui) => ui.guides);
  if (!guides.length) return null;
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className={classes.guide}
          style={
            axis === "x"
              ? { transform: `translate(${at}px, ${from}px)`, width: 1, height: to - from }
              : { transform: `translate(${from}px, ${at}px)`, width: to - from, height: 1 }
          }
        />
      ))}
    </ViewportPortal>
  );
}

const selectBarWanted = (state: EditorState): boolean => {
  if (state.readOnly) return false;
  const { nodes } = state.selection;
  if (nodes.length !== 1) return nodes.length > 1;
  return state.document.graph.nodes.some((node) => node.id === nodes[0] && node.type === "custom-note");
};

/** Tools that are loaded when they are first wanted. */
export function LateTools() {
  const bar = useEditor(selectBarWanted);
  const connecting = useCanvasUi((ui) => ui.connecting);
  return (
    <Suspense fallback={null}>
      {bar && <SelectionBar />}
      {connecting && <ConnectTo request={connecting} />}
    </Suspense>
  );
}
