/** What a question found. Pure. */
import type { Id } from "@/api/types";

export interface ChildHit {
  id: Id;
  content: string;
  position: number;
  score: number;
}

/** See the job `knowledge.retrieve`. */
export interface Hit {
  segment_id: Id;
  document_id: Id;
  document_name: string;
  position: number;
  content: string;
  answer: string;
  score: number;
  method: "semantic" | "full_text" | "hybrid" | "rerank";
  headings: string[];
  page: number | null;
  metadata: Record<string, unknown>;
  child_chunks: ChildHit[];
}

export interface Answer {
  hits: Hit[];
  seconds: number;
}

/** The place, from 1, of each piece in a list. */
export function placesOf(hits: readonly Hit[]): Map<Id, number> {
  return new Map(hits.map((hit, index) => [hit.segment_id, index + 1]));
}

export interface ChildSpan {
  start: number;
  end: number;
  child: ChildHit;
}

/**
 * Where in a parent's text the children stand by which it was found, in the order of the text. Left out are those that do not stand
 * in it word by word, and those that begin inside another.
 */
export function childSpans(content: string, children: readonly ChildHit[]): ChildSpan[] {
  const spans = children.flatMap((child) => {
    const words = child.content.trim();
    const start = content.indexOf(words);
    return start === -1 ? [] : [{ start, end: start + words.length, child }];
  });
  const apart: ChildSpan[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    if (span.start >= (apart.at(-1)?.end ?? 0)) apart.push(span);
  }
  return apart;
}

export interface TestMetrics {
  k: number;
  questions: number;
  recall: number;
  mrr: number;
  ndcg: number;
  latency_ms: number;
}

export interface FoundPiece {
  document_id: Id;
  segment_id: Id;
  document_name?: string;
  position?: number;
  score: number;
}

export interface TestRow {
  question_id: Id;
  query: string;
  recall: number;
  rr: number;
  ndcg: number;
  ranks: number[];
  found: FoundPiece[];
}
