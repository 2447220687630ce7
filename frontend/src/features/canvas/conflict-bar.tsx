import { lazy, Suspense } from "react";
import type { Autosave } from "./autosave";
import { useEditor } from "./store";

const Bar = lazy(() => import("./merge/conflict-bar").then(({ ConflictBar: component }) => ({ default: component })));

interface Props {
  autosave: Autosave;
  showTheirs: boolean;
  onShowTheirs: (show: boolean) => void;
}

/** What is shown while the drafts of two people wait to be brought together. */
export function ConflictBar(props: Props) {
  const conflict = useEditor((state) => state.conflict);
  return <Suspense fallback={null}>{conflict && <Bar {...props} conflict={conflict} />}</Suspense>;
}
