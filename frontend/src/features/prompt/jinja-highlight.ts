/** Marks the parts of a Jinja template: printed values, statements and comments. */
import type { Extension } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const print = Decoration.mark({ class: "tm-jinja-print" });
const statement = Decoration.mark({ class: "tm-jinja-statement" });
const comment = Decoration.mark({ class: "tm-jinja-comment" });

const matcher = new MatchDecorator({
  regexp: /\{\{(?!#)[^}\n]*\}\}|\{%[^\n]*?%\}|\{#[^\n]*?#\}/g,
  decoration: (match) => (match[0].startsWith("{{") ? print : match[0].startsWith("{%") ? statement : comment),
});

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (value) => value.decorations },
);

const look = EditorView.theme({
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--mantine-font-size-xs)" },
  ".tm-jinja-print": { color: "var(--tm-busy)" },
  ".tm-jinja-statement": { color: "var(--tm-warn)" },
  ".tm-jinja-comment": { color: "var(--mantine-color-dimmed)" },
});

export const jinjaHighlight: Extension = [plugin, look];
