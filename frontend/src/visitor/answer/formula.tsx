import { useEffect, useRef } from "react";

const load = () => Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(([katex]) => katex.default);

/** A formula; its source stands there until it is drawn, and where it cannot be. */
export function Formula({ tex, display }: { tex: string; display: boolean }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let left = false;
    void load().then((katex) => {
      // KaTeX builds elements; commands that load or link anything are off (`trust`), and what grows without end is cut.
      if (!left && element.current)
        katex.render(tex, element.current, { displayMode: display, throwOnError: false, trust: false, maxExpand: 200, maxSize: 50 });
    });
    return () => {
      left = true;
    };
  }, [tex, display]);
  return <span ref={element} key={tex} style={display ? { display: "block", overflowX: "auto" } : undefined} />;
}
