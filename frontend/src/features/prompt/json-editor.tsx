import { Skeleton } from "@mantine/core";
import { Suspense, lazy } from "react";
import type { CodeMirrorProps } from "./code-mirror";
import classes from "./prompt-editor.module.css";

const Inner = lazy(() => import("./json-editor-inner"));

/** A field of JSON text. */
export function JsonEditor({ invalid, ...props }: Omit<CodeMirrorProps, "makeExtensions"> & { invalid?: boolean }) {
  return (
    <div className={classes.frame} data-invalid={invalid || undefined}>
      <Suspense fallback={<Skeleton height={80} m="xs" />}>
        <Inner {...props} maxHeight={props.maxHeight ?? "24rem"} />
      </Suspense>
    </div>
  );
}
