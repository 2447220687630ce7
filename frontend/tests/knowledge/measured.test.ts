import { describe, expect, it } from "vitest";
import type { TestResult } from "@/api/types";
import { childSpans } from "@/features/knowledge/retrieval/hits";
import { bestIn, formerOf, rowsOf, turnOf } from "@/features/knowledge/retrieval/measured";

const row = (recall: number, ndcg = recall) => ({ question_id: "q", query: "?", recall, rr: recall, ndcg, ranks: [], found: [] });

function result(id: string, recall: number, k = 5): TestResult {
  const metrics = { k, questions: 1, recall, mrr: recall, ndcg: recall, latency_ms: 1 };
  return { id, label: "", settings: {}, metrics, rows: [row(recall)], error: null, created_at: "2026-01-01T00:00:00Z" };
}

const failed: TestResult = { ...result("failed", 0), metrics: {}, rows: [], error: { code: "model_error", message: "" } };

describe("measurements", () => {
  it("compare with the next older of the same k that did not fail", () => {
    const results = [result("new", 1), failed, result("ten", 0.2, 10), result("old", 0.5)];
    expect(results.map((one) => formerOf(results, one)?.id)).toEqual(["old", undefined, undefined, undefined]);
  });

  it("name the best, but not where all are alike", () => {
    expect([...bestIn([result("a", 1), failed, result("b", 0.5), result("c", 1)], "recall")]).toEqual(["a", "c"]);
    expect(bestIn([result("a", 1), result("b", 1)], "recall").size).toBe(0);
  });

  it("tell how a question fared", () => {
    const former = result("old", 0.5);
    expect(rowsOf(former)).toHaveLength(1);
    expect([turnOf(row(1), former), turnOf(row(0), former), turnOf(row(0.5), former), turnOf(row(0.5, 0.4), former)]).toEqual([
      "better",
      "worse",
      "same",
      "worse",
    ]);
    expect(turnOf(row(1), undefined)).toBe("new");
  });
});

it("children are found in their parent, in its order, each once", () => {
  const child = (id: string, content: string) => ({ id, content, position: 1, score: 0.5 });
  const spans = childSpans("One two. Three four.", [
    child("b", "Three four. "),
    child("a", "One two."),
    child("x", "gone"),
    child("c", "two. Three"),
  ]);
  expect(spans.map(({ child: { id }, start, end }) => [id, start, end])).toEqual([
    ["a", 0, 8],
    ["b", 9, 20],
  ]);
});
