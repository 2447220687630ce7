import type { App } from "@/api/types";
import { PublishDialog } from "@/features/publish/publish-dialog";
import type { Autosave } from "./autosave";
import { useEditor, useEditorStore } from "./store";

/** Publishes what the editor holds; a problem leads to its field. */
export default function EditorPublishDialog({ app, autosave, onClose }: { app: App; autosave: Autosave | null; onClose: () => void }) {
  const { actions } = useEditorStore();
  const draft = useEditor((state) => state.document);
  const problems = useEditor((state) => state.problems);
  return (
    <PublishDialog
      app={app}
      draft={draft}
      problems={problems}
      save={autosave?.flush}
      onProblems={actions.setProblems}
      onGo={({ node_id: id, field }) => id && actions.focusField(id, field)}
      onClose={onClose}
    />
  );
}
