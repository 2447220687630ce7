import { memo } from "react";
import { markTerms } from "@/features/knowledge/retrieval/highlight";
import classes from "@/features/knowledge/retrieval/marked-text.module.css";

interface Props {
  text: string;
  terms: readonly string[];
}

/** A text as it stands, with the words of a question marked. */
export const MarkedText = memo(function MarkedText({ text, terms }: Props) {
  return (
    <span className={classes.text}>
      {/* The parts of a text have no other identity than their place. */}
      {markTerms(text, terms).map((part, place) => (part.hit ? <mark key={place}>{part.text}</mark> : part.text))}
    </span>
  );
});
