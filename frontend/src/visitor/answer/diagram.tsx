import DOMPurify from "dompurify";
import { useEffect, useId, useRef, useState } from "react";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./markdown.module.css";

const MOST = 20_000;

/** Drawn by Mermaid, cleaned once more, and taken over as elements: no text becomes markup here. */
async function draw(id: string, text: string, dark: boolean): Promise<DocumentFragment> {
  const { default: mermaid } = await import("mermaid");
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    theme: dark ? "dark" : "neutral",
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    maxTextSize: MOST,
    suppressErrorRendering: true,
  });
  const { svg } = await mermaid.render(id, text);
  return DOMPurify.sanitize(svg, {
    USE_PROFILES: { svg: true, svgFilters: true },
    FORBID_TAGS: ["image", "a", "foreignObject"],
    RETURN_DOM_FRAGMENT: true,
  });
}

/** A diagram, or its source where it cannot be drawn or somebody prefers that. */
export default function Diagram({ text }: { text: string }) {
  const { t } = useTexts();
  const element = useRef<HTMLDivElement>(null);
  const id = useId().replace(/[^\w]/g, "");
  const [state, setState] = useState<"drawing" | "drawn" | "failed">("drawing");
  const [asText, setAsText] = useState(false);
  useEffect(() => {
    let left = false;
    const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    draw(`diagram${id}`, text, dark).then(
      (fragment) => {
        if (left) return;
        element.current?.replaceChildren(fragment);
        setState("drawn");
      },
      () => !left && setState("failed"),
    );
    return () => {
      left = true;
    };
  }, [id, text]);
  const source = state === "failed" || state === "drawing" || asText;
  return (
    <div className={styles.code}>
      <div className={styles.codeHead}>
        <span>{t("answer.diagram")}</span>
        {state === "drawn" && (
          <button
            type="button"
            className={`${shared.icon} ${shared.small}`}
            style={{ fontSize: "0.8rem" }}
            onClick={() => setAsText(!asText)}
          >
            {asText ? t("answer.diagramDrawn") : t("answer.diagramText")}
          </button>
        )}
      </div>
      <div ref={element} className={styles.diagram} role="img" aria-label={t("answer.diagram")} hidden={source} />
      {source && (
        <ScrollBox className={styles.source} label={t("answer.diagram")}>
          <code>{text}</code>
        </ScrollBox>
      )}
    </div>
  );
}
