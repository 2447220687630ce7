import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useCanvasUiStore } from "../canvas-ui";
import { setNodeData } from "../graph/nodes";
import { isComposing } from "../keys";
import { useEditorStore } from "../store";
import classes from "./note.module.css";
import { noteMarkdown, writeNote } from "./note-text";

/** The text of a note as Markdown. Leaving it or Escape keeps what was typed. */
export function NoteEditor({ id, stored }: { id: string; stored: unknown }) {
  const { t } = useTranslation("canvas");
  const { actions } = useEditorStore();
  const ui = useCanvasUiStore();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    // A new frame has a title that nobody chose.
    field.current?.select();
  }, []);

  const keep = (): void => {
    const text = field.current?.value ?? "";
    if (text !== noteMarkdown(stored)) {
      actions.change({ key: "editNote" }, (document) => setNodeData(document, id, { text: writeNote(stored, text) }));
    }
    if (ui.getState().renaming === id) ui.setState({ renaming: null });
  };

  return (
    <textarea
      ref={field}
      className={`${classes.field} nodrag nopan nowheel`}
      aria-label={t("card.noteText")}
      placeholder={t("card.noteHint")}
      defaultValue={noteMarkdown(stored)}
      maxLength={20_000}
      onBlur={keep}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape" || isComposing(event.nativeEvent)) return;
        const card = event.currentTarget.closest<HTMLElement>("[data-node-id], [data-row]");
        keep();
        card?.focus();
      }}
    />
  );
}
