import { useMemo } from "react";
import classes from "@/features/insights/insights.module.css";
import { markWords, searchWords } from "@/features/insights/logs/excerpt";

/** A text with the words of a search marked. */
export function FoundText({ text, search }: { text: string; search: string | undefined }) {
  const pieces = useMemo(() => markWords(text, searchWords(search ?? "")), [text, search]);
  return (
    <span className={classes.found}>
      {/* Pieces have no identity but their place. */}
      {pieces.map((piece, place) => (piece.hit ? <mark key={place}>{piece.text}</mark> : piece.text))}
    </span>
  );
}
