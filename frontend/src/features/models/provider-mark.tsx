import type { CSSProperties } from "react";
import classes from "@/features/models/models.module.css";

const HUES = [195, 162, 225, 262, 28, 340, 48, 120];

/** A provider's first letter on a colour that follows from its name. Nobody's logo is shipped. */
export function ProviderMark({ label }: { label: string }) {
  const sum = [...label].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return (
    <span aria-hidden className={classes.mark} style={{ "--hue": HUES[sum % HUES.length] } as CSSProperties}>
      {[...label][0]?.toUpperCase()}
    </span>
  );
}
