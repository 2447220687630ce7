import { indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useMemo } from "react";
import { codeColours, monospace } from "./code-colours";
import CodeMirror, { type CodeMirrorProps } from "./code-mirror";

/** A line (from 1) and what is wrong with it. */
export interface LineMark {
  line: number;
  text: string;
  severity: "error" | "warning";
}

export interface CodeEditorInnerProps extends Omit<CodeMirrorProps, "makeExtensions" | "changing"> {
  language: "python3" | "javascript";
  /** Keep the list the same while it does not change. */
  marks?: readonly LineMark[];
}

const AGAIN_MS = 2000;

/** Escape, then Tab leaves the editor, as CodeMirror does it everywhere; only a second Escape goes on to the page. */
function keepFirstEscape(): Extension {
  let last = Number.NEGATIVE_INFINITY;
  return EditorView.domEventHandlers({
    keydown(event) {
      if (event.key !== "Escape") return;
      if (event.timeStamp - last > AGAIN_MS) event.stopPropagation();
      last = event.timeStamp;
    },
  });
}

const extensions = (): Extension => [
  keepFirstEscape(),
  lineNumbers(),
  indentOnInput(),
  bracketMatching(),
  keymap.of([indentWithTab]),
  codeColours,
  monospace,
  EditorView.theme({
    ".cm-gutters": { background: "transparent", border: "none", color: "var(--mantine-color-dimmed)" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "1.75rem", padding: "0 0.375rem 0 0.5rem" },
    ".cm-line": { padding: "0 0.625rem 0 0.25rem" },
    ".cm-marked-error": { background: "color-mix(in srgb, var(--tm-bad) 14%, transparent)", boxShadow: "inset 2px 0 var(--tm-bad)" },
    ".cm-marked-warning": { background: "color-mix(in srgb, var(--tm-warn) 16%, transparent)", boxShadow: "inset 2px 0 var(--tm-warn)" },
    ".cm-matchingBracket": { outline: "1px solid var(--tm-border-strong)", background: "transparent" },
  }),
];

function marked(marks: readonly LineMark[]): Extension {
  return EditorView.decorations.compute(["doc"], ({ doc }) => {
    const inside = marks.filter((mark) => mark.line >= 1 && mark.line <= doc.lines);
    return Decoration.set(
      inside.map((mark) =>
        Decoration.line({ class: `cm-marked-${mark.severity}`, attributes: { title: mark.text, "data-marked": mark.severity } }).range(
          doc.line(mark.line).from,
        ),
      ),
      true,
    );
  });
}

const NONE: readonly LineMark[] = [];

/** CodeMirror for programs. Loaded when first shown. */
export default function CodeEditorInner({ language, marks = NONE, ...props }: CodeEditorInnerProps) {
  const changing = useMemo(
    () => [language === "javascript" ? [javascript(), indentUnit.of("  ")] : [python(), indentUnit.of("    ")], marked(marks)],
    [language, marks],
  );
  return <CodeMirror {...props} makeExtensions={extensions} changing={changing} />;
}
