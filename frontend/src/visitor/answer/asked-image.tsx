import { useState } from "react";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./markdown.module.css";

/** A picture's address can carry data away: it is fetched when the person asks for it. */
export function AskedImage({ src, alt }: { src: string; alt: string }) {
  const { t } = useTexts();
  const [asked, setAsked] = useState(false);
  const host = hostOf(src);
  if (!host) return <span>{alt}</span>;
  if (asked || host === window.location.host)
    return <img src={src} alt={alt} referrerPolicy="no-referrer" className={styles.image} loading="lazy" />;
  return (
    <button type="button" className={shared.plain} onClick={() => setAsked(true)}>
      {t("answer.showImage", { host })}
      {alt && ` (${alt})`}
    </button>
  );
}

function hostOf(src: string): string | null {
  try {
    const url = new URL(src, window.location.href);
    return /^https?:$/.test(url.protocol) ? url.host : null;
  } catch {
    return null;
  }
}
