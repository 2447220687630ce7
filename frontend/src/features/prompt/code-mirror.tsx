import { history, historyKeymap, standardKeymap } from "@codemirror/commands";
import { Annotation, Compartment, EditorState, type Extension, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder as placeholderText } from "@codemirror/view";
import { useCallback, useEffect, useRef } from "react";
import { useLatest } from "@/lib/use-latest";
import { nextChange, pendingEchoes } from "./controlled-text";
import { heldText } from "./held-text";

/** Marks changes that came from outside: they are not sent back. */
export const external = Annotation.define<true>();

export interface CodeMirrorProps {
  value: string;
  onChange(value: string): void;
  label: string;
  readOnly?: boolean;
  placeholder?: string;
  /** Makes the extensions that stay as they are while the editor lives. */
  makeExtensions(): Extension;
  /** Extensions that may change; keep the object the same while they do not. */
  changing?: Extension;
  minHeight?: string;
  maxHeight?: string;
  onReady?(view: EditorView): void;
  describedBy?: string;
  /** Tell of what is typed once there is a pause, the editor is left, or somebody calls `sendHeldText`; not at every key. */
  held?: boolean;
}

/** One key after another; what is pasted, chosen or undone is told at once. */
const isTyping = (transaction: Transaction): boolean =>
  !transaction.docChanged || transaction.isUserEvent("input.type") || transaction.isUserEvent("delete");

const look = EditorView.theme({
  "&": { fontSize: "var(--mantine-font-size-sm)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: "0.5rem 0", caretColor: "var(--mantine-color-text)" },
  ".cm-line": { padding: "0 0.625rem", lineBreak: "strict" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--tm-busy) 28%, transparent) !important",
  },
});

/** Mod+Enter belongs to the canvas, Tab to the page. */
const keys = [...standardKeymap, ...historyKeymap].filter((binding) => binding.key !== "Mod-Enter");

/** A controlled CodeMirror. Text from outside never lands in the middle of a composition, and its own echo is ignored. */
export default function CodeMirror(props: CodeMirrorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useLatest(props);
  const echoes = useRef(pendingEchoes());
  const parts = useRef({ changing: new Compartment(), shape: new Compartment() });
  const { value, changing, readOnly, label, placeholder, minHeight, maxHeight, describedBy } = props;

  const syncFromOutside = useCallback((wanted: string) => {
    const editor = view.current;
    if (!editor || editor.composing) return;
    const now = editor.state.doc.toString();
    if (wanted === now) return echoes.current.clear();
    if (echoes.current.take(wanted)) return;
    editor.dispatch({ changes: nextChange(now, wanted), annotations: external.of(true) });
  }, []);

  useEffect(() => {
    if (!host.current) return;
    const { makeExtensions, value: first, onReady } = latest.current;
    const tell = (text: string): void => {
      echoes.current.add(text);
      latest.current.onChange(text);
    };
    const typed = heldText(tell);
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first,
        extensions: [
          history(),
          drawSelection(),
          EditorView.lineWrapping,
          makeExtensions(),
          parts.current.changing.of(latest.current.changing ?? []),
          parts.current.shape.of([]),
          keymap.of(keys),
          look,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((transaction) => transaction.annotation(external))) return;
            const text = update.state.doc.toString();
            if (latest.current.held && update.view.hasFocus && update.transactions.every(isTyping)) return typed.hold(text);
            typed.send();
            tell(text);
          }),
          EditorView.domEventHandlers({
            blur: () => typed.send(),
            // The value may have moved on while the composition held it back.
            compositionend: () => void setTimeout(() => syncFromOutside(latest.current.value)),
          }),
        ],
      }),
    });
    view.current = editor;
    onReady?.(editor);
    return () => {
      typed.send();
      view.current = null;
      editor.destroy();
    };
  }, [latest, syncFromOutside]);

  useEffect(() => syncFromOutside(value), [syncFromOutside, value]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.changing.reconfigure(changing ?? []) });
  }, [changing]);

  useEffect(() => {
    const attributes: Record<string, string> = { "aria-label": label, role: "textbox", "aria-multiline": "true", spellcheck: "false" };
    if (describedBy) attributes["aria-describedby"] = describedBy;
    if (readOnly) attributes["aria-readonly"] = "true";
    const shape: Extension[] = [
      EditorView.contentAttributes.of(attributes),
      EditorState.readOnly.of(readOnly ?? false),
      EditorView.theme({ ".cm-content": { minHeight: minHeight ?? "5rem" }, ".cm-scroller": { maxHeight: maxHeight ?? "none" } }),
    ];
    if (placeholder) shape.push(placeholderText(placeholder));
    view.current?.dispatch({ effects: parts.current.shape.reconfigure(shape) });
  }, [label, readOnly, placeholder, minHeight, maxHeight, describedBy]);

  return <div ref={host} />;
}
