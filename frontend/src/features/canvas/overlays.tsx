import { useStoreApi, ViewportPortal } from "@xyflow/react";
import { lazy, Suspense, useEffect, useState } from "react";
import { loadEarly } from "@/lib/chunks";
import { useCanvasUi } from "./canvas-ui";
import classes from "./canvas.module.css";
import { useCommands } from "./commands-context";
import { type EditorState, shownRun, useEditor } from "./store";

const loadBar = () => import("./selection-bar");
const loadConnectTo = () => import("./connect-to");
const loadMenu = () => import("./canvas-menu");
const loadEstimates = () => import("./numbers/estimates");
const Estimates = lazy(() => loadEstimates().then(({ Estimates: component }) => ({ default: component })));
const HeatLegend = lazy(() => import("./numbers/heat-legend").then(({ HeatLegend: component }) => ({ default: component })));
const EdgePeek = lazy(() => import("./peek/edge-peek"));
const StepList = lazy(() => import("./late/step-list").then(({ StepList: component }) => ({ default: component })));
const CanvasMenu = lazy(() => loadMenu().then(({ CanvasMenu: component }) => ({ default: component })));
const SelectionBar = lazy(() => loadBar().then(({ SelectionBar: component }) => ({ default: component })));
const ConnectTo = lazy(() => loadConnectTo().then(({ ConnectTo: component }) => ({ default: component })));

const FirstSteps = lazy(() => import("./first-steps").then(({ FirstSteps: component }) => ({ default: component })));

/** What to add first; only a flow of one step offers it. */
export function LateFirstSteps() {
  const only = useEditor((state) => !state.readOnly && state.document.graph.nodes.length === 1);
  return <Suspense fallback={null}>{only && <FirstSteps />}</Suspense>;
}

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

/** The edge that has the focus, by its id. */
function useFocusedEdge(): string | null {
  const flow = useStoreApi();
  const [focused, setFocused] = useState<string | null>(null);
  useEffect(() => {
    const root = flow.getState().domNode;
    const follow = ({ type, target }: FocusEvent): void => {
      const edge = target instanceof Element ? target.closest(".react-flow__edge") : null;
      setFocused(type === "focusin" ? (edge?.getAttribute("data-id") ?? null) : null);
    };
    root?.addEventListener("focusin", follow);
    root?.addEventListener("focusout", follow);
    return () => {
      root?.removeEventListener("focusin", follow);
      root?.removeEventListener("focusout", follow);
    };
  }, [flow]);
  return focused;
}

/** The edge whose values are shown: the one below the pointer, the one with the focus, or the only thing selected. */
function PeekedEdge() {
  const focused = useFocusedEdge();
  const pointed = useCanvasUi((ui) => ui.pointedEdge);
  const selected = useEditor(({ selection }) => (selection.edges.length === 1 && selection.nodes.length === 0 ? selection.edges[0] : null));
  const id = pointed ?? focused ?? selected;
  return id ? <EdgePeek key={id} id={id} selected={pointed === null} /> : null;
}

/** Tools that are not part of the first load. They come while nothing else is to do, so that the first key finds them there. */
export function LateTools() {
  const bar = useEditor(selectBarWanted);
  const connecting = useCanvasUi((ui) => ui.connecting);
  const menu = useCanvasUi((ui) => ui.menu !== null);
  const list = useCanvasUi((ui) => ui.list);
  const readOnly = useEditor((state) => state.readOnly);
  const ofApp = useEditor((state) => state.appId !== "");
  const heat = useCanvasUi((ui) => ui.heatBy !== null);
  const ran = useEditor((state) => shownRun(state).trace.length > 0);
  const [late, setLate] = useState(false);
  const commands = useCommands();
  useEffect(() => {
    const timer = setTimeout(() => void loadEarly(loadEstimates).then(() => setLate(true)), 800);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (readOnly) return;
    const timer = setTimeout(
      () => void loadEarly(loadMenu, loadBar, loadConnectTo, () => import("./outline/outline"), commands.prepareClipboard),
      1500,
    );
    return () => clearTimeout(timer);
  }, [readOnly, commands]);
  return (
    <Suspense fallback={null}>
      <Suspense fallback={null}>{late && ofApp && <Estimates />}</Suspense>
      <Suspense fallback={null}>{ran && <PeekedEdge />}</Suspense>
      <Suspense fallback={null}>{heat && <HeatLegend />}</Suspense>
      {list && <StepList />}
      {bar && !list && <SelectionBar />}
      {connecting && <ConnectTo request={connecting} />}
      <Suspense fallback={null}>{menu && <CanvasMenu />}</Suspense>
    </Suspense>
  );
}
