import { drawsEmoji } from "@/lib/draws-emoji";
import type { PageInfo } from "./session";
import styles from "./visitor.module.css";

/** The app's sign; its first letter where the system cannot draw emoji. */
export function Sign({ page, small = false }: { page: PageInfo; small?: boolean }) {
  const text = drawsEmoji() ? page.icon : ([...page.title.trim()][0] ?? "·").toUpperCase();
  return (
    <span className={styles.sign} data-small={small || undefined} style={{ background: page.icon_background || "#d9ecf0" }} aria-hidden>
      {text}
    </span>
  );
}
