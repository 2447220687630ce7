import { api, workspacePath } from "@/api/client";
import type { App } from "@/api/types";
import { downloadText } from "@/lib/download";
import type { EditorStore } from "../store";

/** Save what is unsaved and hand the app to the browser as a file. */
export async function exportFile(editor: EditorStore, fail: (key: string) => void): Promise<void> {
  const { appId, workspaceId, saveNow } = editor.getState();
  if (!(await saveNow())) return fail("hint.exportUnsaved");
  try {
    const [app, text] = await Promise.all([
      api.get<App>(workspacePath(workspaceId, `/apps/${appId}`)),
      api.text(workspacePath(workspaceId, `/apps/${appId}/export`)),
    ]);
    downloadText(`${app.name.replace(/[\\/:*?"<>|\s]+/g, "-")}.yml`, text, "application/yaml");
  } catch {
    fail("hint.exportFailed");
  }
}
