import { lazy, Suspense, useEffect, useState } from "react";
import { loadEarly } from "@/lib/chunks";
import type { LateProps } from "./late/late-canvas";

const load = () => import("./late/late-canvas");
const LateCanvas = lazy(load);

/** Loads what the first look at the canvas does not need, when that is drawn. */
export function LateMount(props: LateProps) {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => void loadEarly(load).then(() => setReady(true)), 400);
    return () => clearTimeout(timer);
  }, []);
  return <Suspense fallback={null}>{ready && <LateCanvas {...props} />}</Suspense>;
}
