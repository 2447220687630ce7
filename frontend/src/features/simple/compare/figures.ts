/** What an answer took. Pure. */
import type { RunEvent } from "@/api/types";
import type { RunView } from "@/features/canvas/run-reducer";

export interface Figures {
  /** Seconds from the question to the first word; null while there is none. */
  firstS: number | null;
  elapsedS: number | null;
  tokens: number;
  costUsd: number;
}

/** `askedAt` is when the run was accepted, in seconds of the server's clock, which is also that of the events. */
export function figuresOf(view: RunView, events: readonly RunEvent[], askedAt: number): Figures {
  const first = events.find((event) => (event.type === "answer_delta" || event.type === "answer_replaced") && event.text !== "");
  // A log that is no longer kept has no words, but the model's step knows when its first came.
  const known = view.trace.find((step) => step.firstTokenS !== null);
  const firstS = first ? Math.max(0, first.at - askedAt) : (known?.firstTokenS ?? null);
  return { firstS, elapsedS: view.elapsedS, tokens: view.tokens, costUsd: view.costUsd };
}

/** Which of the columns is best at something; none while one of them is unknown (null) or all are alike. Left out (undefined) are those without an answer. */
export function best(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  if (known.length < 2 || values.includes(null)) return null;
  const least = Math.min(...known);
  return known.every((value) => value === least) ? null : values.indexOf(least);
}
