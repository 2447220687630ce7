import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { TextDiffProps } from "./text-diff-inner";

const Inner = lazy(() => import("./text-diff-inner"));

/** How one text became another: what was added and what was removed, by words or by lines. Comparing loads when it is first shown. */
export function TextDiff(props: TextDiffProps) {
  return (
    <Suspense fallback={<Skeleton height="4rem" />}>
      <Inner {...props} />
    </Suspense>
  );
}
