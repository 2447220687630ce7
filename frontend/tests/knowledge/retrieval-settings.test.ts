import { describe, expect, it } from "vitest";
import {
  fromRetrieval,
  type RetrievalSettings,
  sameSearch,
  toDefaults,
  toRetrieval,
  wrongIn,
} from "@/features/knowledge/retrieval/retrieval-settings";

const USUAL = fromRetrieval({});

describe("settings of a search", () => {
  it("come back from the API as they were sent", () => {
    const settings: RetrievalSettings = {
      method: "hybrid_search",
      ranking: "weights",
      meaning: 0.35,
      rerank: { provider: "cohere", name: "rerank-v3" },
      topK: 9,
      limited: true,
      threshold: 0.2,
      join: "or",
      conditions: [{ name: "year", comparison_operator: ">", value: 2020 }],
    };
    expect(fromRetrieval(toRetrieval(settings))).toEqual(settings);
    expect(toRetrieval(settings).weights).toMatchObject({ keyword_setting: { keyword_weight: 0.65 } });
  });

  it("weigh in a hybrid search only", () => {
    const raw = toRetrieval({ ...USUAL, method: "semantic_search", ranking: "weights" });
    expect(raw).toMatchObject({ reranking_mode: null, reranking_enable: false });
  });

  it("leave the filter of a question out of what a dataset keeps", () => {
    const settings = { ...USUAL, conditions: [{ name: "year", comparison_operator: "empty", value: "" }] };
    expect(toDefaults(settings)).not.toHaveProperty("metadata_filtering_conditions");
    expect(toRetrieval(USUAL).metadata_filtering_conditions).toBeNull();
  });

  it("are the same where they search alike", () => {
    expect(sameSearch(USUAL, { ...USUAL, threshold: 0.9, meaning: 0.1 })).toBe(true);
    expect(sameSearch(USUAL, { ...USUAL, limited: true })).toBe(false);
    expect(sameSearch({ ...USUAL, ranking: "weights" }, { ...USUAL, ranking: "weights", meaning: 0.1 })).toBe(false);
  });

  it("name what must be mended", () => {
    const conditions = [{ name: "year", comparison_operator: ">", value: "" }];
    expect([...wrongIn({ ...USUAL, topK: 0, ranking: "model", limited: true, threshold: 2, conditions })].sort()).toEqual([
      "conditions",
      "rerank",
      "threshold",
      "topK",
    ]);
    expect(wrongIn({ ...USUAL, conditions: [{ name: "year", comparison_operator: "empty", value: "" }] }).size).toBe(0);
  });
});
