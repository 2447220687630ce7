import type { Id } from "@/api/types";
import type { Autosave } from "../autosave";
import editor from "../editor.module.css";
import { useEditor } from "../store";
import type { DRAFT } from "./use-comparison";
import { useRestore } from "./use-restore";
import { VersionList } from "./version-list";

interface Props {
  viewed: Id | undefined;
  onView: (version: Id | undefined, diff?: Id | typeof DRAFT) => void;
  autosave: Autosave | null;
}

/** The versions in the dock of the canvas. */
export function DockVersions({ viewed, onView, autosave }: Props) {
  const app = useEditor((state) => state.appId);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const restore = useRestore(autosave, () => onView(undefined));
  return (
    <div className={editor.leftBody}>
      <VersionList
        appId={app}
        mode={mode}
        viewed={viewed}
        onView={onView}
        onRestore={readOnly ? undefined : restore.ask}
        restoring={restore.isPending ? (restore.variables ?? null) : null}
        restoreError={restore.error}
      />
    </div>
  );
}
