import { type RefObject, useEffect } from "react";
import type { Commands } from "../commands";
import type { EditorStore } from "../store";

const LARGEST = 5_000_000;

/** A file dropped on the canvas is pasted there: the steps of an app file, or words as a note. */
export function useFileDrop(editor: EditorStore, commands: Commands, root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const wanted = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true && !editor.getState().readOnly;
    const onOver = (event: DragEvent): void => {
      if (!wanted(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = "copy";
    };
    const onDrop = (event: DragEvent): void => {
      if (!wanted(event)) return;
      event.preventDefault();
      const at = { x: event.clientX, y: event.clientY };
      const [file] = event.dataTransfer!.files;
      if (!file) return;
      const readable = /\.(?:ya?ml|json|txt|md)$/i.test(file.name) && file.size <= LARGEST;
      if (!readable) return commands.hintAt(at, "paste.file");
      void file.text().then((text) => commands.paste(text, at));
    };
    element.addEventListener("dragover", onOver);
    element.addEventListener("drop", onDrop);
    return () => {
      element.removeEventListener("dragover", onOver);
      element.removeEventListener("drop", onDrop);
    };
  }, [editor, commands, root]);
}
