/** Places of pieces in a document's text. Pure. */
import type { Id } from "@/api/types";

export interface Placed {
  id: Id;
  /** Counted in code points, as the server counts; -1 where not known. */
  start: number;
  end: number;
}

/** A stretch of the text and the pieces that hold it: none, one, or several where pieces overlap. */
export interface Stretch {
  start: number;
  end: number;
  ids: readonly Id[];
}

export interface Excerpt {
  stretches: Stretch[];
  /** What of the text the stretches cover. */
  start: number;
  end: number;
}

/** Turns places in code points into places in a JavaScript string, in which an emoji counts twice. */
export function stringPlaces(text: string, places: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  let points = 0;
  let at = 0;
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    while (points < place && at < text.length) {
      const code = text.charCodeAt(at);
      at += code >= 0xd800 && code < 0xdc00 ? 2 : 1;
      points += 1;
    }
    found.set(place, Math.min(at, text.length));
  }
  return found;
}

const known = (piece: Placed) => piece.start >= 0 && piece.end > piece.start;

/** Cuts the text at the borders of pieces, from `margin` before the first to `margin` after the last of them. */
export function excerptOf(text: string, pieces: readonly Placed[], margin: number): Excerpt {
  const placed = pieces.filter(known);
  const places = stringPlaces(
    text,
    placed.flatMap(({ start, end }) => [start, end]),
  );
  const spans = placed.map(({ id, start, end }) => ({ id, start: places.get(start) ?? 0, end: places.get(end) ?? 0 }));
  const first = spans.length > 0 ? Math.min(...spans.map((span) => span.start)) : 0;
  const last = spans.length > 0 ? Math.max(...spans.map((span) => span.end)) : 0;
  const start = lineStart(text, Math.max(0, first - margin));
  const end = lineEnd(text, Math.min(text.length, last + margin));
  const borders = [...new Set([start, end, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const [index, from] of borders.entries()) {
    const to = borders[index + 1];
    if (to === undefined) break;
    stretches.push({ start: from, end: to, ids: spans.filter((span) => span.start <= from && span.end >= to).map((span) => span.id) });
  }
  return { stretches, start, end };
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at) + 1;
}

function lineEnd(text: string, at: number): number {
  const next = text.indexOf("\n", at);
  return next === -1 ? text.length : next;
}
