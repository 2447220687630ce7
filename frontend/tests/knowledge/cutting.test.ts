import { describe, expect, it } from "vitest";
import type { DefaultModel, Model } from "@/api/types";
import { type Cutting, DEFAULT_CUTTING, fromProcessRule, toProcessRule, wrongFields } from "@/features/knowledge/add/cutting";
import { DEFAULT_INDEX, modelTaken, toRetrieval } from "@/features/knowledge/add/index-choice";
import { type Preview, type PreviewSource, samplesOf, wholeEstimate } from "@/features/knowledge/add/preview";

const custom = (change: Partial<Cutting> = {}): Cutting => ({ ...DEFAULT_CUTTING, how: "custom", ...change });

describe("cutting", () => {
  it("asks for the automatic rule unless something was set", () => {
    expect(toProcessRule(DEFAULT_CUTTING)).toEqual({ mode: "automatic", rules: {} });
    expect(wrongFields({ ...DEFAULT_CUTTING, separator: "" }).size).toBe(0);
  });

  it("comes back as it was stored", () => {
    for (const cutting of [
      custom({ separator: "。", maxTokens: 300, overlap: 0, extraSpaces: false, urlsEmails: true }),
      custom({ form: "hierarchical_model", parentMode: "full-doc", overlap: 50, childSeparator: "；", childMaxTokens: 90 }),
    ]) {
      const nested = cutting.form === "hierarchical_model";
      expect(fromProcessRule(toProcessRule(cutting), cutting.form)).toEqual(nested ? { ...cutting, overlap: 0 } : cutting);
    }
    expect(fromProcessRule({ mode: "automatic" }, "qa_model")).toEqual({ ...DEFAULT_CUTTING, form: "qa_model" });
  });

  it("shows line ends of other programs' rules as people type them", () => {
    const rule = { mode: "custom", rules: { segmentation: { separator: "\n\n", max_tokens: 20 } } };
    expect(fromProcessRule(rule, "")).toMatchObject({ separator: "\\n\\n", maxTokens: 20, overlap: 5, extraSpaces: false });
  });

  it("names the fields that cannot be followed", () => {
    expect([...wrongFields(custom({ separator: "", maxTokens: 9, overlap: 9 }))]).toEqual(["separator", "maxTokens", "overlap"]);
    expect([...wrongFields(custom({ overlap: Number.NaN }))]).toEqual(["overlap"]);
    expect(wrongFields(custom({ childMaxTokens: 1 })).size).toBe(0);
    expect([...wrongFields(custom({ form: "hierarchical_model", childMaxTokens: 1 }))]).toEqual(["childMaxTokens"]);
  });
});

describe("the estimate", () => {
  const preview = (total: number, tokens: number, cost_usd: number | null = 0) =>
    ({ total, estimate: { tokens, cost_usd, seconds: tokens / 100 } }) as Preview;
  const file = (name: string, size: number): PreviewSource => ({ kind: "file", id: name, name, size });
  const page = (url: string): PreviewSource => ({ kind: "page", url, name: url, size: null });

  it("takes what was not looked at by the size of its kind", () => {
    const rows = [
      { source: file("a.md", 100), preview: preview(2, 1000, 0.5) },
      { source: file("b.MD", 300), preview: undefined },
      { source: file("c.docx", 40_000), preview: preview(1, 100, 0.1) },
      { source: page("d"), preview: preview(3, 300, 0.3) },
      { source: page("e"), preview: undefined },
    ];
    expect(wholeEstimate(rows)).toEqual({ pieces: 15, tokens: 4700, cost_usd: 2.7, seconds: 47, unknown: 0 });
  });

  it("says how many it could not weigh, and knows no cost where one is missing", () => {
    const rows = [
      { source: file("a.md", 100), preview: preview(2, 1000, null) },
      { source: page("b"), preview: undefined },
      { source: file("c.txt", 0), preview: preview(1, 5, 1) },
    ];
    expect(wholeEstimate(rows)).toEqual({ pieces: 3, tokens: 1005, cost_usd: null, seconds: 10.05, unknown: 1 });
    expect(wholeEstimate([{ source: page("b"), preview: undefined }])).toBeNull();
  });

  it("looks at one of each kind", () => {
    const names = samplesOf([file("a.md", 1), file("b.md", 1), page("c"), page("d"), file("Makefile", 1), file("e.pdf", 1)], 4);
    expect(names.map(({ name }) => name)).toEqual(["a.md", "c", "Makefile", "e.pdf"]);
  });
});

describe("the index", () => {
  const models = [
    { provider: "local", name: "small" },
    { provider: "openai", name: "large" },
  ] as Model[];
  const usual = [{ type: "text-embedding", provider: "openai", name: "large" }] as DefaultModel[];

  it("takes the chosen model, else the default, else the first", () => {
    expect(modelTaken({ ...DEFAULT_INDEX, provider: "local", model: "small" }, models, usual)?.name).toBe("small");
    expect(modelTaken(DEFAULT_INDEX, models, usual)?.name).toBe("large");
    expect(modelTaken({ ...DEFAULT_INDEX, provider: "gone", model: "gone" }, models, [])?.name).toBe("small");
  });

  it("searches words only without vectors", () => {
    expect(toRetrieval({ ...DEFAULT_INDEX, technique: "economy" }).search_method).toBe("keyword_search");
    expect(toRetrieval({ ...DEFAULT_INDEX, limited: true, threshold: 0.3 })).toMatchObject({
      search_method: "hybrid_search",
      score_threshold_enabled: true,
      score_threshold: 0.3,
    });
  });
});
