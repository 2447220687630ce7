import { describe, expect, it } from "vitest";
import { fieldsOf } from "@/features/runs/input-fields";
import { type BatchRow, outputsText, readRows, resultTable, template } from "@/visitor/run/batch-rows";
import { waitOf } from "@/visitor/run/use-batch";
import { CallError } from "@/visitor/session";
import { decodeTable, parseCsv, writeCsv } from "@/visitor/run/csv";

describe("tables", () => {
  it("keep commas, quotes and line breaks in cells", () => {
    const rows = [
      ["a", "b"],
      ['say "hi", twice', "one\ntwo"],
    ];
    expect(parseCsv(writeCsv(rows))).toEqual(rows);
  });

  it.each([
    ["a;b\n1;2\n", ";"],
    ["a\tb\r\n1\t2\r\n", "tab"],
    ["\uFEFFa,b\n\n1,2", "comma"],
  ])("are read with the separator they have: %s", (text) => {
    expect(parseCsv(text)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  it("never begin a cell with a formula, and leave numbers alone", () => {
    expect(writeCsv([["=1+1", "@x", "-5", "+4.5", "-cmd"]])).toBe("\uFEFF'=1+1,'@x,-5,+4.5,'-cmd\r\n");
  });

  it("are read as Chinese spreadsheets write them", () => {
    expect(decodeTable(new Uint8Array([0xb3, 0xb1, 0xcf, 0xab]).buffer)).toBe("潮汐");
    expect(decodeTable(new TextEncoder().encode("潮汐").buffer)).toBe("潮汐");
  });
});

const fields = fieldsOf([
  { variable: "topic", label: "Topic", type: "text-input", required: true, max_length: 5 },
  { variable: "count", label: "How many", type: "number", default: 3 },
  { variable: "loud", label: "Loud", type: "checkbox" },
]);

describe("rows of a batch", () => {
  it("are inputs, by label or by name, with the defaults for what is empty", () => {
    expect(parseCsv(template(fields))).toEqual([["Topic", "How many", "Loud"]]);
    const rows = parseCsv("topic,How many,Loud\ntea,2,yes\nrum,,\n");
    expect(readRows(rows, fields)).toEqual([
      { topic: "tea", count: "2", loud: true },
      { topic: "rum", count: "3", loud: false },
    ]);
  });

  it.each([
    ["Topic", { code: "noRows" }],
    ["Topic,Colour\ntea,red", { code: "unknown", names: "Colour" }],
    ["Loud\nyes", { code: "missing", names: "Topic" }],
    [`Topic\n${"tea\n".repeat(201)}`, { code: "tooMany", count: 201, max: 200 }],
    ["Topic,How many\ntea,2\nrum,two", { code: "row", row: 3, error: { code: "not_a_number", params: { name: "How many" } } }],
    ["Topic\nwhisky", { code: "row", row: 2, error: { code: "too_long", params: { name: "Topic", max: 5, length: 6 } } }],
  ])("are refused with the reason: %s", (text, problem) => {
    expect(readRows(parseCsv(text), fields)).toEqual(problem);
  });

  it("come back with what became of them", () => {
    const row = (values: BatchRow["values"], more: Partial<BatchRow>): BatchRow => ({
      values,
      state: "succeeded",
      result: "",
      outputs: null,
      error: "",
      ...more,
    });
    const rows = [
      row({ topic: "tea", count: "2", loud: true }, { result: "hot" }),
      row({ topic: "rum" }, { state: "failed", error: "no key" }),
    ];
    expect(parseCsv(resultTable(rows, fields, { state: "State", result: "Result" }))).toEqual([
      ["Topic", "How many", "Loud", "State", "Result"],
      ["tea", "2", "true", "succeeded", "hot"],
      ["rum", "", "", "failed", "no key"],
    ]);
  });

  it("have a column for each output of a workflow", () => {
    const row: BatchRow = { values: { topic: "tea" }, state: "succeeded", result: "", outputs: { text: "hot", sizes: [1, 2] }, error: "" };
    const lost: BatchRow = { values: { topic: "rum" }, state: "failed", result: "", outputs: null, error: "no key" };
    const [head, ...rows] = parseCsv(resultTable([row, lost], fields.slice(0, 1), { state: "State", result: "Result" }));
    expect(head).toEqual(["Topic", "State", "text", "sizes", "Result"]);
    expect(rows).toEqual([
      ["tea", "succeeded", "hot", "[1,2]", ""],
      ["rum", "failed", "", "", "no key"],
    ]);
  });

  it("wait as long as the server asks when too much is under way", () => {
    expect(waitOf(new CallError("too_many_requests", "", 429, { retry_after_s: 12 }))).toBe(12);
    expect(waitOf(new CallError("too_many_requests", "", 429))).toBe(5);
    expect(waitOf(new CallError("invalid_param", "", 400))).toBeNull();
  });

  it("show one text as it is and more as JSON", () => {
    expect(outputsText({ text: "hi" })).toBe("hi");
    expect(outputsText({ text: "hi", n: 1 })).toBe('{\n  "text": "hi",\n  "n": 1\n}');
    expect(outputsText(null)).toBe("");
  });
});
