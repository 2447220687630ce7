import { describe, expect, it } from "vitest";
import type { KnowledgeDocument } from "@/api/types";
import { healthOf } from "@/features/knowledge/datasets/health";
import { actionsFor, meantBy } from "@/features/knowledge/documents/actions";
import { commonValues, operationsFor } from "@/features/knowledge/documents/metadata-values";
import { remedyOf, shareDone } from "@/features/knowledge/documents/progress";
import { parseDatasetsSearch, parseDocumentsSearch } from "@/features/knowledge/knowledge-search";
import { withProgress } from "@/features/knowledge/use-knowledge-changes";

const document = (change: Partial<KnowledgeDocument> = {}) =>
  ({
    id: "d",
    state: "available",
    stage: "completed",
    enabled: true,
    archived: false,
    error: null,
    metadata: {},
    ...change,
  }) as KnowledgeDocument;

describe("progress", () => {
  it("never goes back on its way", () => {
    const way = (["waiting", "parsing", "cleaning", "splitting"] as const).map((stage) => shareDone({ stage, done: 0, total: 0 }));
    const pieces = [0, 3, 10, 12].map((done) => shareDone({ stage: "indexing", done, total: 10 }));
    const all = [...way, ...pieces, shareDone({ stage: "completed", done: 10, total: 10 })];
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect([all[0], all.at(-2), all.at(-1)]).toEqual([0, 100, 100]);
  });

  it("follows what the workers tell", () => {
    const told = { id: "d", stage: "indexing", done: 3, total: 9, left_s: 12, error: null } as const;
    expect(withProgress(document({ state: "queuing" }), told)).toMatchObject({ state: "indexing", done: 3, left_s: 12 });
    expect(withProgress(document({ state: "indexing" }), { ...told, stage: "completed" }).state).toBe("available");
    expect(withProgress(document({ state: "disabled" }), { ...told, stage: "completed" }).state).toBe("disabled");
    expect(withProgress(document(), { ...told, stage: "paused" }).state).toBe("paused");
  });

  it("offers what helps", () => {
    expect(["file_encrypted", "model_not_configured", "too_many_pieces", "provider_bad_response"].map(remedyOf)).toEqual([
      "replace",
      "models",
      "recut",
      "retry",
    ]);
  });
});

describe("acting on several", () => {
  const working = document({ state: "indexing", stage: "indexing" });
  const failed = document({ state: "error", stage: "error", error: { code: "x", message: "" } });
  const archived = document({ state: "archived", archived: true });

  it("offers what makes a difference to one of them", () => {
    expect(actionsFor([document()])).toEqual(["disable", "archive"]);
    expect(actionsFor([archived])).toEqual(["un_archive"]);
    expect(actionsFor([working, failed, document({ enabled: false, state: "disabled" })])).toEqual([
      "retry",
      "cancel",
      "enable",
      "disable",
      "archive",
    ]);
  });

  it("is meant for those alone", () => {
    expect(meantBy("retry", [working, failed, archived])).toEqual([failed]);
  });
});

describe("metadata of several", () => {
  it("shows what they share and sets only what was touched", () => {
    const rows = [document({ id: "a", metadata: { year: 2024, by: "Ada" } }), document({ id: "b", metadata: { year: 2024 } })];
    const common = commonValues([{ id: "year" }, { id: "by" }], rows);
    expect([common.get("year"), common.get("by")]).toEqual([
      { value: 2024, several: false },
      { value: null, several: true },
    ]);
    expect(operationsFor(rows, new Map([["by", null]]))).toEqual(
      ["a", "b"].map((document_id) => ({ document_id, metadata_list: [{ id: "by", value: null }], partial_update: true })),
    );
  });
});

describe("the address", () => {
  it("keeps what it knows", () => {
    expect(parseDocumentsSearch({ search: 2024, state: "error", sort: "name", batch: "1", page: "3" })).toEqual({
      search: "2024",
      state: "error",
      sort: "name",
      batch: "1",
      page: 3,
    });
    expect(parseDocumentsSearch({ state: "lost", sort: "-created_at", page: 1 })).toEqual({});
    expect(parseDatasetsSearch({ tag: "t", page: "x" })).toEqual({ tag: "t" });
  });
});

describe("a dataset's health", () => {
  const dataset = { documents: 3, failed: 0, working: 0, embedding_available: true };
  it("says first what is wrong", () => {
    expect(healthOf(dataset)).toEqual([{ health: "ready", count: 3 }]);
    expect(healthOf({ ...dataset, documents: 0 })).toEqual([{ health: "empty", count: 0 }]);
    expect(healthOf({ ...dataset, failed: 1, working: 2, embedding_available: false }).map(({ health }) => health)).toEqual([
      "failed",
      "modelMissing",
      "working",
    ]);
  });
});
