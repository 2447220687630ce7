/** Search and replace within a text. References are whole: replacing never cuts into one. */
import { closeSearchPanel, findNext, findPrevious, openSearchPanel, search, searchPanelOpen } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { splitReferences } from "./reference";

const WORDS = [
  "Find",
  "Replace",
  "next",
  "previous",
  "all",
  "match case",
  "regexp",
  "by word",
  "replace",
  "replace all",
  "close",
  "current match",
  "replaced match on line $",
  "replaced $ matches",
  "on line",
] as const;

/** `t("find.replace_all")` for «replace all». */
const keyOf = (word: string): string => `find.${word.replaceAll(/[^A-Za-z]+/g, "_")}`;

const wholeReferences = EditorState.changeFilter.of((transaction) => {
  if (!transaction.isUserEvent("input.replace")) return true;
  return splitReferences(transaction.startState.doc.toString()).flatMap((segment) =>
    segment.kind === "reference" ? [segment.from, segment.to] : [],
  );
});

/** Dialogs listen for Escape before everybody else; here it closes the search alone. */
const keepsDialog = EditorView.updateListener.of((update) => {
  if (!searchPanelOpen(update.state) || searchPanelOpen(update.startState)) return;
  for (const control of update.view.dom.querySelectorAll(".cm-panel.cm-search input, .cm-search button")) {
    control.setAttribute("data-mantine-stop-propagation", "true");
  }
});

const look = EditorView.theme({
  ".cm-panels": { background: "var(--tm-surface)", color: "var(--mantine-color-text)", zIndex: "2" },
  ".cm-panels-top": { borderBottom: "1px solid var(--tm-border)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    gap: "4px",
    alignItems: "center",
    padding: "6px 28px 6px 8px",
    fontFamily: "inherit",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%", content: "''" },
  ".cm-panel.cm-search label": { display: "inline-flex", gap: "4px", alignItems: "center", margin: "0", fontSize: "12px" },
  ".cm-panel.cm-search .cm-textfield": {
    flex: "1 1 110px",
    minWidth: "0",
    minHeight: "26px",
    margin: "0",
    padding: "2px 8px",
    border: "1px solid var(--tm-border-strong)",
    borderRadius: "var(--mantine-radius-sm)",
    background: "var(--mantine-color-body)",
    color: "inherit",
    fontSize: "13px",
  },
  ".cm-panel.cm-search .cm-button": {
    minHeight: "26px",
    margin: "0",
    padding: "2px 8px",
    border: "1px solid var(--tm-border-strong)",
    borderRadius: "var(--mantine-radius-sm)",
    background: "var(--mantine-color-body)",
    backgroundImage: "none",
    color: "inherit",
    fontSize: "12px",
  },
  ".cm-panel.cm-search .cm-button[name=select]": { display: "none" },
  ".cm-panel.cm-search [name=close]": { top: "6px", right: "6px", width: "24px", height: "24px", color: "inherit", cursor: "pointer" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--tm-warn) 30%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--tm-warn) 60%, transparent)" },
});

export const openFind = openSearchPanel;

export function find(t: (key: string) => string): Extension {
  return [
    search({ top: true }),
    keymap.of([
      { key: "Mod-f", run: openSearchPanel, scope: "editor search-panel" },
      { key: "F3", run: findNext, shift: findPrevious, scope: "editor search-panel", preventDefault: true },
      { key: "Escape", run: closeSearchPanel, scope: "editor search-panel" },
    ]),
    EditorState.phrases.of(Object.fromEntries(WORDS.map((word) => [word, t(keyOf(word))]))),
    wholeReferences,
    keepsDialog,
    look,
  ];
}
