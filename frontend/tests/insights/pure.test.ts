import { describe, expect, it } from "vitest";
import type { OverviewNumbers, OverviewPoint } from "@/api/types";
import { logQuery } from "@/features/insights/insights-queries";
import { filtersIn, parseLogsSearch } from "@/features/insights/insights-search";
import { citationsOf } from "@/features/insights/logs/cited";
import { markWords, searchWords } from "@/features/insights/logs/excerpt";
import { keepViews, readViews, sameView, viewOf, withView } from "@/features/insights/logs/views";
import { changeOf, chartCsv, headlineOf, isEmpty, logOf, METRICS, type Metric, verdictOf } from "@/features/insights/overview/metrics";
import { dayOf, parsePeriod, spanOf } from "@/features/insights/period";

const NOW = new Date(2026, 10, 21, 15, 30);

describe("periods", () => {
  it("begin at a midnight of this device and include today", () => {
    expect(spanOf({ period: "today" }, "30d", NOW)).toEqual({ start: new Date(2026, 10, 21), end: null });
    expect(spanOf({}, "7d", NOW)).toEqual({ start: new Date(2026, 10, 15), end: null });
    expect(spanOf({ period: "all" }, "7d", NOW)).toEqual({ start: null, end: null });
  });

  it("from day to day include the last day", () => {
    const span = spanOf({ period: "custom", from: "2026-11-01", to: "2026-11-30" }, "7d", NOW);
    expect(span).toEqual({ start: new Date(2026, 10, 1), end: new Date(2026, 11, 1) });
  });

  it("take moments as they are", () => {
    const from = "2026-11-21T10:00:00.000Z";
    expect(spanOf({ period: "custom", from }, "7d", NOW)).toEqual({ start: new Date(from), end: null });
  });

  it("drop what is no day, and the standard one", () => {
    expect(parsePeriod({ period: "custom", from: "2026-02-31", to: "soon" }, "7d")).toEqual({});
    expect(parsePeriod({ period: "7d" }, "7d").period).toBeUndefined();
    expect(parsePeriod({ period: "90d", from: "2026-01-01" }, "7d")).toEqual({ period: "90d" });
    expect(parsePeriod({ period: "custom", from: "2026-01-01" }, "7d")).toEqual({ period: "custom", from: "2026-01-01", to: undefined });
  });

  it("name days by the calendar of this device", () => {
    expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05");
  });
});

describe("the log's filters", () => {
  it("are read from the URL; nonsense is left out", () => {
    const search = parseLogsSearch({
      rating: "great",
      error: "yes",
      annotated: "maybe",
      source: "web",
      page: "1",
      sort: "-turns",
      user: 7,
    });
    expect(search).toMatchObject({ error: "yes", source: "web", sort: "-turns", user: "7" });
    expect([search.rating, search.annotated, search.page]).toEqual([undefined, undefined, undefined]);
    expect(filtersIn(search)).toBe(3);
  });

  it("are asked of the server in its words", () => {
    const query = logQuery({ error: "no", annotated: "yes", user: "ann", period: "all" }, NOW);
    expect(query).toMatchObject({ error: false, annotated: true, end_user: "ann", source: "published" });
    expect([query.from, query.to]).toEqual([undefined, undefined]);
  });

  it("are kept as views by name, without the page", () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    const view = viewOf({ error: "yes", page: 3, rating: undefined });
    expect(view).toEqual({ error: "yes" });
    keepViews("a", withView([{ name: "Bad", search: { rating: "dislike" } }], { name: "Bad", search: view }), storage);
    expect(readViews("a", storage)).toEqual([{ name: "Bad", search: { error: "yes" } }]);
    expect(readViews("b", storage)).toEqual([]);
    kept.set("tidemill-log-views:a", "{broken");
    expect(readViews("a", storage)).toEqual([]);
    expect(sameView({ error: "yes", page: 2 }, { error: "yes" })).toBe(true);
    expect(sameView({ error: "yes" }, { error: "no" })).toBe(false);
  });
});

describe("texts that were searched", () => {
  it("are split as the server splits them", () => {
    expect(searchWords('tide "high water" 潮汐 "')).toEqual(["tide", "high water", "潮汐"]);
  });

  it("have every occurrence marked, whatever its case and signs", () => {
    expect(markWords("When is High TIDE (tide)?", ["tide", "(tide)"]).filter(({ hit }) => hit)).toEqual([
      { text: "TIDE", hit: true },
      { text: "(tide)", hit: true },
    ]);
    expect(markWords("nothing", [])).toEqual([{ text: "nothing", hit: false }]);
  });

  it("keep sources that have something to show", () => {
    const [one, ...more] = citationsOf([{ document_name: "Tides", content: "High at noon", score: 0.8, segment_id: "s" }, { position: 2 }]);
    expect(one).toMatchObject({ document: "Tides", content: "High at noon", score: 0.8, segmentId: "s", datasetId: null });
    expect(more).toEqual([]);
  });
});

const numbers = (values: Partial<OverviewNumbers>): OverviewNumbers => ({
  runs: 0,
  failed: 0,
  error_rate: null,
  users: 0,
  conversations: 0,
  turns_per_conversation: null,
  p50_s: null,
  p95_s: null,
  first_token_p50_s: null,
  first_token_p95_s: null,
  tokens_in: 0,
  tokens_out: 0,
  cost_usd: 0,
  likes: 0,
  dislikes: 0,
  satisfaction: null,
  ...values,
});
const metric = (id: string) => METRICS.find((one) => one.id === id) as Metric;
const point: OverviewPoint = {
  ...numbers({ runs: 3, tokens_in: 5, tokens_out: 7 }),
  at: "2026-11-20T00:00:00Z",
  to: "2026-11-21T00:00:00Z",
};

describe("numbers of the overview", () => {
  it("compare with the period before", () => {
    expect(changeOf(metric("runs"), numbers({ runs: 15 }), numbers({ runs: 10 }))).toBe(0.5);
    expect(changeOf(metric("runs"), numbers({ runs: 15 }), numbers({ runs: 0 }))).toBeNull();
    expect(changeOf(metric("errors"), numbers({ error_rate: 0.25 }), numbers({ error_rate: 0.5 }))).toBe(-0.25);
    expect(headlineOf(metric("tokens"), point)).toBe(12);
  });

  it("tell whether a change is welcome", () => {
    expect(verdictOf(metric("runs"), 0.2)).toBe("good");
    expect(verdictOf(metric("cost"), 0.2)).toBe("bad");
    expect(verdictOf(metric("errors"), -0.2)).toBe("good");
    expect(verdictOf(metric("tokens"), 0.2)).toBe("neutral");
    expect(verdictOf(metric("runs"), 0.001)).toBe("neutral");
    expect(verdictOf(metric("runs"), null)).toBe("neutral");
  });

  it("lead to the logs of a point", () => {
    expect(logOf(metric("errors"), point, "web")).toEqual({ error: "yes", period: "custom", from: point.at, to: point.to, source: "web" });
  });

  it("are saved as CSV, quoted where they have to be", () => {
    expect(chartCsv(metric("tokens"), [point], ["From", "In, all", 'Out "x"'])).toBe(
      'From,"In, all","Out ""x"""\r\n2026-11-20T00:00:00Z,5,7',
    );
    expect(chartCsv(metric("time"), [point], ["From", "p50", "p95"])).toContain("2026-11-20T00:00:00Z,,");
  });

  it("know when there is nothing to draw", () => {
    expect([isEmpty(metric("runs"), [point]), isEmpty(metric("satisfaction"), [point])]).toEqual([false, true]);
  });
});
