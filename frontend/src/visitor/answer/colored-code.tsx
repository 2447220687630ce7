import { createLowlight } from "lowlight";
import { type ReactNode, useMemo } from "react";
import { LANGUAGES } from "./code-languages";
import "./code-colors.css";

const lowlight = createLowlight(LANGUAGES);

type Tree = ReturnType<typeof lowlight.highlight>;
type Piece = Tree["children"][number];

/** Code in colours, as elements. */
export default function ColoredCode({ text, language }: { text: string; language: string }) {
  const pieces = useMemo(() => (lowlight.registered(language) ? lowlight.highlight(language, text).children : null), [text, language]);
  return <code>{pieces ? pieces.map(shown) : text}</code>;
}

function shown(piece: Piece, index: number): ReactNode {
  if (piece.type === "text") return piece.value;
  if (piece.type !== "element") return null;
  const classes = piece.properties.className;
  return (
    <span key={index} className={Array.isArray(classes) ? classes.join(" ") : undefined}>
      {piece.children.map(shown)}
    </span>
  );
}
