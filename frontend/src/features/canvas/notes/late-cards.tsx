import type { NodeProps } from "@xyflow/react";
import { lazy, memo, Suspense } from "react";
import type { ViewNode } from "../view-types";

const Note = lazy(() => import("./note-card").then(({ NoteCard: component }) => ({ default: component })));
const Frame = lazy(() => import("./frame-card").then(({ FrameCard: component }) => ({ default: component })));

/** Notes and frames have their size in the document, so the canvas is laid out before their cards are there. */
export const LateNoteCard = memo((props: NodeProps<ViewNode>) => (
  <Suspense fallback={null}>
    <Note {...props} />
  </Suspense>
));

export const LateFrameCard = memo((props: NodeProps<ViewNode>) => (
  <Suspense fallback={null}>
    <Frame {...props} />
  </Suspense>
));
