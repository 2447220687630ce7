import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import CodeMirror, { type CodeMirrorProps } from "./code-mirror";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--tm-busy)" },
  { tag: tags.string, color: "var(--tm-good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--tm-warn)" },
]);
const extensions = () => [
  json(),
  syntaxHighlighting(colours),
  EditorView.theme({ ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--mantine-font-size-xs)" } }),
];

/** CodeMirror for JSON. Loaded when first shown. */
export default function JsonEditorInner(props: Omit<CodeMirrorProps, "makeExtensions">) {
  return <CodeMirror {...props} makeExtensions={extensions} />;
}
