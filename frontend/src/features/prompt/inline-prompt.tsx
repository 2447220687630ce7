import { Skeleton } from "@mantine/core";
import { Suspense, lazy } from "react";
import classes from "./prompt-editor.module.css";
import type { PromptEditorInnerProps } from "./prompt-editor-inner";

const Inner = lazy(() => import("./prompt-editor-inner"));

/** A short text with variable chips, without a toolbar: a value to compare with, a default. */
export function InlinePrompt({ invalid, ...props }: Omit<PromptEditorInnerProps, "insert" | "jinja"> & { invalid?: boolean }) {
  return (
    <div className={`${classes.frame} ${classes.inline}`} data-invalid={invalid || undefined}>
      <Suspense fallback={<Skeleton height={30} />}>
        <Inner {...props} minHeight="0" maxHeight="8rem" />
      </Suspense>
    </div>
  );
}
