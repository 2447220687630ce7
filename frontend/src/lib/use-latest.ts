import { type RefObject, useLayoutEffect, useRef } from "react";

/** The newest value, for what outlives a render: listeners of an editor, registered controls, timers. */
export function useLatest<T>(value: T): RefObject<T> {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
}
