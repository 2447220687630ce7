import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The colours of code and JSON, from the theme. */
export const codeColours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.controlKeyword], color: "var(--tm-busy)" },
    { tag: [tags.propertyName, tags.definition(tags.function(tags.variableName))], color: "var(--tm-busy)" },
    { tag: [tags.string, tags.special(tags.string)], color: "var(--tm-good)" },
    { tag: [tags.number, tags.bool, tags.null], color: "var(--tm-warn)" },
    { tag: tags.comment, color: "var(--mantine-color-dimmed)" },
  ]),
);

export const monospace = EditorView.theme({
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--mantine-font-size-xs)" },
});
