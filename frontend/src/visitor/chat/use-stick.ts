import { useCallback, useLayoutEffect, useRef, useState } from "react";

const NEAR_PX = 80;

/** Keeps a list that grows at its end in view, until the reader scrolls up. `content` is anything that changes as it grows. */
export function useStick(content: unknown) {
  const element = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    const list = element.current;
    if (!list) return;
    sticks.current = true;
    list.scrollTop = list.scrollHeight;
    setAway(false);
  }, []);

  useLayoutEffect(() => {
    if (sticks.current) toEnd();
  }, [content, toEnd]);

  // Pictures, diagrams and the keyboard change heights without a new text.
  useLayoutEffect(() => {
    const list = element.current;
    const inner = list?.firstElementChild;
    if (!list || !inner || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => sticks.current && toEnd());
    observer.observe(inner);
    observer.observe(list);
    return () => observer.disconnect();
  }, [toEnd]);

  const onScroll = useCallback(() => {
    const list = element.current;
    if (!list) return;
    sticks.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    setAway(!sticks.current);
  }, []);
  return { element, away, toEnd, onScroll };
}
