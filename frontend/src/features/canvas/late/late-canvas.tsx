import { useReactFlow } from "@xyflow/react";
import { useCanvasUiStore } from "../canvas-ui";
import { useCanvasRoot, useCommands } from "../commands-context";
import { useEditorStore } from "../store";
import { useEditorShortcutHelp } from "../use-shortcut-help";
import { useVersionCommands } from "../versions/use-version-commands";
import type { Flow } from "../view-types";
import { useEditorCommands } from "./use-editor-commands";
import { useDim } from "./use-dim";
import { useFileDrop } from "./use-file-drop";
import { useTouchSelect } from "./use-touch-select";

export interface LateProps {
  save: () => void;
  testRun: (stepping?: boolean) => void;
}

/** What the canvas can do beside what the first look needs. */
export default function LateCanvas(props: LateProps) {
  const editor = useEditorStore();
  const ui = useCanvasUiStore();
  const flow = useReactFlow() as unknown as Flow;
  const commands = useCommands();
  const root = useCanvasRoot();
  useDim(editor, ui, root);
  useTouchSelect(editor, flow, root);
  useFileDrop(editor, commands, root);
  // A canvas shown on its own, as of a run or a version, is part of another page with commands of its own.
  return editor.getState().appId === "" ? null : <EditorHelp {...props} />;
}

function EditorHelp(props: LateProps) {
  useEditorShortcutHelp();
  useEditorCommands(props);
  useVersionCommands();
  return null;
}
