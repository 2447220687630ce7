import { json } from "@codemirror/lang-json";
import { codeColours, monospace } from "./code-colours";
import CodeMirror, { type CodeMirrorProps } from "./code-mirror";

const extensions = () => [json(), codeColours, monospace];

/** CodeMirror for JSON. Loaded when first shown. */
export default function JsonEditorInner(props: Omit<CodeMirrorProps, "makeExtensions">) {
  return <CodeMirror {...props} makeExtensions={extensions} />;
}
