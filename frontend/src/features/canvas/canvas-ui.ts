import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { type CardMarks, type EstimateMark, type HeatBy, NO_MARKS } from "./card-marks";
import type { Point, Refusal } from "./graph/model";
import type { Guide } from "./guides";
import type { ChosenRounds } from "./run-rounds";
import { isNarrow } from "./use-narrow";

/** What a step that is dragged from the palette is called in the data of the drag. */
export const DRAG_TYPE = "application/x-tidemill-node";

/** Where a node picked from the palette goes. */
export type Place =
  | { kind: "free"; position: Point; containerId?: string }
  /** In place of the node itself. */
  | { kind: "replace"; nodeId: string }
  | { kind: "after"; nodeId: string; handle: string; position?: Point }
  | { kind: "before"; nodeId: string; position: Point }
  | { kind: "edge"; edgeId: string };

export interface PaletteRequest {
  /** Corner of the popover, in pixels of the window. */
  at: Point;
  place: Place;
}
/** A line beside the cursor that says why something did not happen. */
export type Hint = { at: Point } & ({ refusal: Refusal } | { key: string; params?: Record<string, string | number> });

export interface MenuRequest {
  at: Point;
  nodeId: string | null;
}

export interface CanvasUi extends CardMarks {
  palette: PaletteRequest | null;
  /** The step that «connect to…» begins at. */
  connecting: { at: Point; nodeId: string } | null;
  hint: Hint | null;
  menu: MenuRequest | null;
  /** The step whose title, or the note whose text, is being edited. */
  renaming: string | null;
  minimap: boolean;
  /** What the cards are coloured by; null: nothing. */
  heatBy: HeatBy | null;
  /** What a run of the whole flow will likely take. */
  flowEstimate: EstimateMark | null;
  /** "hand": dragging empty canvas pans. "pointer": it draws a selection box. */
  tool: "hand" | "pointer";
  /** What a screen reader is told. */
  said: string;
  rounds: ChosenRounds;
  /** Whether the canvas is close enough for small targets to be hit. */
  near: boolean;
  /** The edge below the pointer, while no button is held. */
  pointedEdge: string | null;
  /** Where the dragged card is in line with others. */
  guides: readonly Guide[];
  /** The container that a dragged step would go into. */
  dropInto: string | null;
  /** The container that an edge being drawn began in. */
  connectingIn: string | null;
  /** Whether the list of steps stands in place of the drawing. */
  list: boolean;
  /** Whether cards outside of the view are drawn too, however many there are. */
  drawAll: boolean;
  /** The edge one of whose ends is being moved. */
  reconnecting: string | null;
  /** Counts the calls of the search, each of which moves the focus there. */
  searches: number;
}

export type CanvasUiStore = StoreApi<CanvasUi>;

export function createCanvasUi(): CanvasUiStore {
  return createStore<CanvasUi>(() => ({
    ...NO_MARKS,
    palette: null,
    connecting: null,
    hint: null,
    menu: null,
    renaming: null,
    minimap: false,
    heatBy: null,
    flowEstimate: null,
    tool: "hand",
    said: "",
    rounds: {},
    near: true,
    pointedEdge: null,
    guides: [],
    dropInto: null,
    connectingIn: null,
    list: isNarrow(),
    drawAll: false,
    reconnecting: null,
    searches: 0,
  }));
}

export const CanvasUiContext = createContext<CanvasUiStore | null>(null);

export function useCanvasUiStore(): CanvasUiStore {
  const store = useContext(CanvasUiContext);
  if (!store) throw new Error("a canvas component outside of CanvasUiContext");
  return store;
}

export function useCanvasUi<T>(selector: (state: CanvasUi) => T): T {
  return useStore(useCanvasUiStore(), selector);
}
