import { ReactFlowProvider } from "@xyflow/react";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { App, Draft, NodeType } from "@/api/types";
import { useWorkspace } from "@/lib/use-workspace";
import { CanvasUiContext, createCanvasUi } from "./canvas-ui";
import { CommandsProvider } from "./commands-context";
import { EditorLayout } from "./editor-layout";
import { createEditorStore, EditorContext, type SampleInput } from "./store";

interface Props {
  app: App;
  draft: Draft;
  nodeTypes: NodeType[];
}

/** The inputs that the template of a new app brought along. */
function readSample(appId: string): SampleInput | null {
  try {
    const raw = JSON.parse(sessionStorage.getItem(`tidemill.sample.${appId}`) ?? "null") as Partial<SampleInput> | null;
    return raw && { inputs: raw.inputs ?? {}, query: raw.query ?? "" };
  } catch {
    return null;
  }
}

/** One editor with its own state; the draft is read once, later changes come through the autosave. */
export function Editor({ app, draft, nodeTypes }: Props) {
  const workspace = useWorkspace();
  const search = useSearch({ from: "/frame/app/$appId/canvas" });
  const [store] = useState(() => {
    const created = createEditorStore({
      appId: app.id,
      workspaceId: workspace.id,
      mode: app.mode,
      document: draft.document,
      revision: draft.revision,
      updatedAt: draft.updated_at,
      problems: draft.problems,
      nodeTypes,
      readOnly: !workspace.can("app.edit"),
      sample: readSample(app.id),
    });
    if (search.node) created.actions.openNode(search.node);
    if (search.run) created.actions.setRun(search.run);
    if (search.run || search.panel === "run" || search.welcome) created.actions.setRunDock(true);
    if (search.panel === "versions") created.actions.setLeftDock("versions");
    return created;
  });
  const [ui] = useState(createCanvasUi);
  return (
    <EditorContext.Provider value={store}>
      <CanvasUiContext.Provider value={ui}>
        <ReactFlowProvider>
          <CommandsProvider>
            <EditorLayout app={app} />
          </CommandsProvider>
        </ReactFlowProvider>
      </CanvasUiContext.Provider>
    </EditorContext.Provider>
  );
}
