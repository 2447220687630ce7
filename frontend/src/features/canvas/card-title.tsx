import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "./keys";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui";
import { renameNode } from "./graph/nodes";
import classes from "./node-card.module.css";
import { useEditorStore } from "./store";

/** The title; a double-click or F2 makes it a field. */
export function CardTitle({ id, title }: { id: string; title: string }) {
  const renaming = useCanvasUi((ui) => ui.renaming === id);
  const ui = useCanvasUiStore();
  const editor = useEditorStore();
  if (renaming) return <TitleField id={id} title={title} />;
  return (
    <span
      className={classes.title}
      title={title}
      onDoubleClick={(event) => {
        if (editor.getState().readOnly) return;
        event.stopPropagation();
        ui.setState({ renaming: id });
      }}
    >
      {title}
    </span>
  );
}

/** The title as a field. Enter or leaving it keeps what was typed, Escape does not. */
export function TitleField({ id, title }: { id: string; title: string }) {
  const { t } = useTranslation("canvas");
  const { actions } = useEditorStore();
  const ui = useCanvasUiStore();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const close = (keep: boolean): void => {
    const value = field.current?.value ?? "";
    const card = field.current?.closest<HTMLElement>("[data-node-id], [data-row]");
    ui.setState({ renaming: null });
    if (keep) actions.change({ key: "rename", params: { title, to: value.trim() } }, (document) => renameNode(document, id, value));
    card?.focus();
  };

  return (
    <input
      ref={field}
      className={`${classes.titleField} nodrag nopan`}
      aria-label={t("card.rename")}
      defaultValue={title}
      maxLength={100}
      onBlur={() => ui.getState().renaming === id && close(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (isComposing(event.nativeEvent)) return;
        if (event.key === "Enter") close(true);
        if (event.key === "Escape") close(false);
      }}
    />
  );
}
