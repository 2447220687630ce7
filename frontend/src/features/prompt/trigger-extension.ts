/** Watches typing for `/` and `{{` and keeps the search that follows, for the picker under the cursor. */
import { type EditorState, type Extension, Prec, StateEffect, StateField, type Transaction } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { type Trigger, triggerAt, triggerQuery } from "./trigger";

export interface OpenTrigger {
  kind: Trigger["kind"];
  /** Where the trigger begins: what is chosen replaces the text from here to the cursor. */
  from: number;
  length: number;
  query: string;
}

export const closeTrigger = StateEffect.define<null>();
/** Open the picker at the cursor without a trigger: the toolbar's button. */
export const openTrigger = StateEffect.define<null>();

interface Rules {
  /** Which triggers count here: Jinja texts know only braces. */
  slash: boolean;
}

/** True while an input method is putting a character together. */
function composes(transaction: Transaction): boolean {
  return transaction.isUserEvent("input.type.compose");
}

function next(value: OpenTrigger | null, transaction: Transaction, rules: Rules): OpenTrigger | null {
  const { state } = transaction;
  for (const effect of transaction.effects) {
    if (effect.is(closeTrigger)) return null;
    if (effect.is(openTrigger)) return { kind: "braces", from: state.selection.main.head, length: 0, query: "" };
  }
  if (transaction.docChanged && transaction.isUserEvent("input.type") && !composes(transaction)) {
    const fresh = freshTrigger(state, rules);
    if (fresh) return fresh;
  }
  if (!value || !(transaction.docChanged || transaction.selection)) return value;
  return goOn(value, transaction);
}

function freshTrigger(state: EditorState, rules: Rules): OpenTrigger | null {
  const { head, empty } = state.selection.main;
  if (!empty) return null;
  const line = state.doc.lineAt(head);
  const trigger = triggerAt(line.text.slice(0, head - line.from), line.text.slice(head - line.from));
  if (!trigger || (trigger.kind === "slash" && !rules.slash)) return null;
  return { kind: trigger.kind, from: head - trigger.length, length: trigger.length, query: "" };
}

function goOn(value: OpenTrigger, transaction: Transaction): OpenTrigger | null {
  const { state, changes } = transaction;
  const { head, empty } = state.selection.main;
  const from = changes.mapPos(value.from, -1);
  if (!empty || head < from + value.length) return null;
  const query = triggerQuery(value.kind, state.doc.sliceString(from + value.length, head));
  return query === null ? null : { ...value, from, query };
}

export interface TriggerExtension {
  extension: Extension;
  field: StateField<OpenTrigger | null>;
}

/**
 * `handleKey` is asked first for arrows, Enter, Tab and Escape while the picker is open.
 * `onChange` hears every change, null when the picker is to close; never during a composition.
 */
export function triggers(
  rules: Rules,
  handleKey: (key: string) => boolean,
  onChange: (open: OpenTrigger | null, view: EditorView) => void,
): TriggerExtension {
  const field = StateField.define<OpenTrigger | null>({
    create: () => null,
    update: (value, transaction) => next(value, transaction, rules),
  });
  const forward = (key: string) => ({
    key,
    run: (view: EditorView) => {
      if (!view.state.field(field) || view.composing) return false;
      if (key !== "Escape") return handleKey(key);
      view.dispatch({ effects: closeTrigger.of(null) });
      return true;
    },
  });
  const extension = [
    field,
    Prec.highest(keymap.of(["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft", "Enter", "Tab", "Escape"].map(forward))),
    EditorView.updateListener.of((update) => {
      const before = update.startState.field(field);
      const now = update.state.field(field);
      if (before !== now) onChange(update.view.composing ? null : now, update.view);
      if (update.focusChanged && !update.view.hasFocus && now) update.view.dispatch({ effects: closeTrigger.of(null) });
    }),
    EditorView.domEventHandlers({
      // What was composed is part of the search: a name in Chinese is typed that way.
      compositionend: (_event, view) => void setTimeout(() => view.dom.isConnected && onChange(view.state.field(field), view)),
    }),
  ];
  return { extension, field };
}
