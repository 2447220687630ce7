import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { CodeEditorInnerProps } from "./code-editor-inner";
import classes from "./prompt-editor.module.css";

const Inner = lazy(() => import("./code-editor-inner"));

/** A program in Python or JavaScript, with line numbers and marked lines. */
export function CodeEditor({ invalid, ...props }: CodeEditorInnerProps & { invalid?: boolean }) {
  return (
    <div className={classes.frame} data-invalid={invalid || undefined}>
      <Suspense fallback={<Skeleton height={160} m="xs" />}>
        <Inner {...props} minHeight={props.minHeight ?? "10rem"} maxHeight={props.maxHeight ?? "28rem"} />
      </Suspense>
    </div>
  );
}
