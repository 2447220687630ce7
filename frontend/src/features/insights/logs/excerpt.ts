/** A text in pieces, those that were searched for marked. */
export interface Piece {
  text: string;
  hit: boolean;
}

/** The words of a search as the server reads them: single ones, and phrases in quotes. */
export function searchWords(search: string): string[] {
  return search
    .split('"')
    .flatMap((part, place) => (place % 2 ? [part.trim()] : part.split(/\s+/)))
    .filter((word) => word !== "");
}

/** Marks every occurrence of the words, whatever its case. */
export function markWords(text: string, words: readonly string[]): Piece[] {
  const wanted = words.filter((word) => word !== "").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (wanted.length === 0) return [{ text, hit: false }];
  const longest = wanted.sort((a, b) => b.length - a.length).join("|");
  return text
    .split(new RegExp(`(${longest})`, "giu"))
    .map((piece, place) => ({ text: piece, hit: place % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
