import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { type RefObject, useImperativeHandle, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { chips, describeReferences, jinjaNames } from "./chips";
import CodeMirror from "./code-mirror";
import { CursorPopup } from "./cursor-popup";
import { declare, type VariableRow } from "./jinja";
import { find, openFind } from "./find";
import { jinjaHighlight } from "./jinja-highlight";
import { referenceText } from "./reference";
import { closeTrigger, type OpenTrigger, openTrigger, triggers } from "./trigger-extension";
import { useReferenceInfo } from "./use-reference-info";

export interface PromptEditorInnerProps {
  value: string;
  onChange(value: string): void;
  label: string;
  placeholder?: string;
  readOnly?: boolean;
  minHeight?: string;
  maxHeight?: string;
  wanted?: readonly string[];
  /** Set for Jinja texts: a chosen variable is declared as a row and written by its name. */
  jinja?: { rows: readonly VariableRow[]; onRows(rows: VariableRow[]): void };
  /** Filled with what opens the picker at the cursor. */
  insert?: RefObject<(() => void) | null>;
  /** Filled with what opens search and replace. */
  search?: RefObject<(() => void) | null>;
  describedBy?: string;
}

interface Popup {
  open: OpenTrigger;
  left: number;
  top: number;
  bottom: number;
}

/** CodeMirror with chips and the picker under the cursor. Loaded when first shown. */
export default function PromptEditorInner(props: PromptEditorInnerProps) {
  const { jinja, readOnly, insert, search, wanted, onChange, ...rest } = props;
  const { t } = useTranslation("prompt");
  const describe = useReferenceInfo();
  const view = useRef<EditorView | null>(null);
  const keyHandler = useRef<((key: string) => boolean) | null>(null);
  const [popup, setPopup] = useState<Popup | null>(null);
  const isJinja = jinja !== undefined;

  const makeExtensions = (): Extension => {
    const show = (open: OpenTrigger | null, editor: EditorView) => {
      if (!open) return setPopup(null);
      // Coordinates can only be read once the update is on the page.
      editor.requestMeasure({
        read: (ready) => ready.coordsAtPos(open.from),
        write: (place) => setPopup({ open, left: place?.left ?? 0, top: place?.top ?? 0, bottom: place?.bottom ?? 0 }),
      });
    };
    const { extension } = triggers({ slash: !isJinja }, (key) => keyHandler.current?.(key) ?? false, show);
    return [extension, find(t), isJinja ? jinjaHighlight : [], chips];
  };
  const rows = jinja?.rows;
  const changing = useMemo(
    () => [describeReferences.of(describe), jinjaNames.of(new Map(rows?.map((row) => [row.variable, row.value_selector])))],
    [describe, rows],
  );

  useImperativeHandle(insert, () => () => {
    view.current?.focus();
    view.current?.dispatch({ effects: openTrigger.of(null) });
  });
  useImperativeHandle(search, () => () => {
    if (view.current) openFind(view.current);
  });

  const pick = (selector: string[]) => {
    const editor = view.current;
    if (!editor || !popup) return;
    const from = popup.open.from;
    const to = editor.state.selection.main.head;
    // Braces that the person or the editor had closed already must not stay behind.
    const closing = /^\s*#?\}\}/.exec(editor.state.doc.sliceString(to, to + 6))?.[0].length ?? 0;
    let text = referenceText(selector);
    if (jinja) {
      const declared = declare(selector, jinja.rows);
      jinja.onRows(declared.rows);
      text = `{{ ${declared.name} }}`;
    }
    editor.dispatch({
      changes: { from, to: to + (popup.open.kind === "braces" && popup.open.length ? closing : 0), insert: text },
      selection: { anchor: from + text.length },
      effects: closeTrigger.of(null),
      userEvent: "input.complete",
    });
    editor.focus();
  };

  return (
    <>
      <CodeMirror
        {...rest}
        key={isJinja ? "jinja" : "text"}
        held
        onChange={onChange}
        readOnly={readOnly}
        makeExtensions={makeExtensions}
        changing={changing}
        onReady={(editor) => {
          view.current = editor;
        }}
      />
      {popup && !readOnly && (
        <CursorPopup
          query={popup.open.query}
          left={popup.left}
          top={popup.top}
          bottom={popup.bottom}
          wanted={wanted}
          onPick={pick}
          keyHandler={keyHandler}
        />
      )}
    </>
  );
}
