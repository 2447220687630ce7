import { describe, expect, it } from "vitest";
import { answered, asked, NEW_CHAT } from "@/features/runs/chat-session";
import { runAsCurl } from "@/features/runs/curl";
import { checkValues, fieldsOf, fromPasted, initialValues, toInputs } from "@/features/runs/input-fields";
import { markdownBlocks } from "@/features/runs/markdown-blocks";
import { promptsOf, restOfProcess } from "@/features/runs/step-process";
import { inferSchema, rowsToSchema, schemaToRows } from "@/features/panel/widgets/json-schema";
import { cleanName } from "@/features/panel/widgets/start-rows";
import { isShown } from "@/features/panel/form/field-schema";

const FIELDS = fieldsOf([
  { variable: "name", label: "Name", type: "text-input", required: true, max_length: 5 },
  { variable: "tone", type: "select", options: ["calm", "lively"], default: "calm" },
  { variable: "n", type: "number", default: 3 },
  { variable: "on", type: "checkbox", default: true },
  { variable: "json", type: "json_object" },
  { variable: "doc", type: "file" },
  { variable: "docs", type: "file-list", max_length: 1 },
  { variable: "odd", type: "from-the-future" },
  { variable: "" },
]);

describe("inputs", () => {
  it("are read from files that were not drawn", () => {
    const rows = [
      { variable: "a", type: "select", options: [5, { value: "x", label: "The x" }, { label: "y" }, true, null] },
      { variable: "b", type: "boolean" },
      { variable: "c", type: "array[file]", number_limits: 2 },
    ];
    expect(fieldsOf(rows).map(({ type, options, maxLength }) => [type, options, maxLength])).toEqual([
      ["select", ["5", "x", "y", "true", ""], null],
      ["checkbox", [], null],
      ["file-list", [], 2],
    ]);
  });

  it("begin with what was remembered, then the sample, then the defaults", () => {
    expect(initialValues(FIELDS, { name: "Ada", gone: 1 }, { name: "x", tone: "lively" })).toEqual({
      name: "Ada",
      tone: "lively",
      n: "3",
      on: true,
      json: "",
      doc: null,
      docs: [],
      odd: "",
    });
  });

  it("are checked by type", () => {
    const good = initialValues(FIELDS, { name: "Ada" });
    expect(checkValues(FIELDS, good)).toEqual({});
    const bad = {
      ...good,
      name: "",
      tone: "wild",
      n: "three",
      json: "[1]",
      doc: { url: "ftp://x" },
      docs: [{ url: "https://a" }, { url: "https://b" }],
    };
    expect(Object.fromEntries(Object.entries(checkValues(FIELDS, bad)).map(([name, error]) => [name, error.code]))).toEqual({
      name: "required",
      tone: "not_an_option",
      n: "not_a_number",
      json: "not_json",
      doc: "bad_url",
      docs: "too_many",
    });
    expect(checkValues(FIELDS, { ...good, name: "👍👍👍👍👍👍" }).name).toEqual({
      code: "too_long",
      params: { name: "Name", max: 5, length: 6 },
    });
  });

  it("are sent by type, empty optional ones left out", () => {
    const values = { ...initialValues(FIELDS, { name: "Ada" }), n: "2.5", json: '{"a":1}', tone: "" };
    expect(toInputs(FIELDS, values)).toEqual({ name: "Ada", n: 2.5, on: true, json: { a: 1 } });
  });

  it("can be pasted as inputs or as a whole body", () => {
    const current = initialValues(FIELDS, { tone: "lively" });
    expect(fromPasted(FIELDS, '{"inputs":{"name":"Bo","json":{"a":1},"zz":1},"query":"Hi"}', current)).toMatchObject({
      values: { name: "Bo", tone: "lively", json: '{\n  "a": 1\n}' },
      query: "Hi",
      unknown: ["zz"],
    });
    expect(fromPasted(FIELDS, '{"name":"Bo"}', current)).toMatchObject({ values: { name: "Bo" }, query: null, unknown: [] });
    expect(fromPasted(FIELDS, "[1]", current)).toBeNull();
    expect(fromPasted(FIELDS, "{", current)).toBeNull();
  });
});

it("a chat keeps each answer with its run", () => {
  const first = asked(NEW_CHAT, "Hi", "r1", "c1");
  const told = answered(first, "r1", "Hello", false);
  const second = asked(told, "And?", "r2", null);
  expect(second.conversationId).toBe("c1");
  expect(answered(second, "r2", "Well", true).messages.map((message) => [message.role, message.text, message.failed ?? false])).toEqual([
    ["user", "Hi", false],
    ["assistant", "Hello", false],
    ["user", "And?", false],
    ["assistant", "Well", true],
  ]);
  expect(answered(told, "r1", "Hello", false)).toBe(told);
  expect(answered(told, "unknown", "x", false)).toBe(told);
});

it("a run becomes a call that a shell takes", () => {
  const text = runAsCurl({ mode: "advanced-chat", inputs: { a: "it's" }, query: "Hi" }, "http://localhost:8080");
  expect(text).toContain("'http://localhost:8080/v1/chat-messages'");
  expect(text).toContain(`--data '{"inputs":{"a":"it'\\''s"},"query":"Hi","response_mode":"streaming","user":"curl"}'`);
  expect(runAsCurl({ mode: "workflow", inputs: {}, query: "" }, "http://x")).toContain("/v1/workflows/run");
});

describe("markdownBlocks", () => {
  it.each([
    ["one\n\ntwo", ["one", "two"]],
    ["```\na\n\nb\n```\n\nend", ["```\na\n\nb\n```", "end"]],
    ["- a\n\n- b\n\ntext", ["- a\n\n- b", "text"]],
    ["1. a\n\n   more\n\n2. b", ["1. a\n\n   more\n\n2. b"]],
    ["~~~\n```\n\nx\n~~~", ["~~~\n```\n\nx\n~~~"]],
    ["```\nopen\n\nstill", ["```\nopen\n\nstill"]],
    ["", []],
  ])("%j", (text, blocks) => expect(markdownBlocks(text)).toEqual(blocks));
});

it("the prompt as sent stands apart from the rest of the process", () => {
  const process = { model_name: "m", prompts: [{ role: "user", text: "Hi", files: [{}] }, null] };
  expect(promptsOf(process)).toEqual([{ role: "user", text: "Hi", files: 1 }]);
  expect(restOfProcess(process)).toEqual({ model_name: "m" });
});

describe("json schema rows", () => {
  const schema = {
    type: "object",
    properties: {
      a: { type: "string", enum: ["x"] },
      b: {
        type: "array",
        description: "Bs",
        items: { type: "object", properties: { c: { type: "integer" } }, required: ["c"], additionalProperties: false },
      },
    },
    required: ["a"],
    additionalProperties: false,
  };
  it("round trips, extra words kept", () => {
    const rows = schemaToRows(schema);
    expect(rows?.map((row) => [row.name, row.type, row.required])).toEqual([
      ["a", "string", true],
      ["b", "array[object]", false],
    ]);
    expect(rowsToSchema(rows ?? [], schema)).toEqual(schema);
  });
  it.each([{ anyOf: [] }, { type: "array" }, { properties: { a: { type: ["string", "null"] } } }, { properties: { a: { $ref: "#/x" } } }])(
    "refuses %j",
    (rich) => expect(schemaToRows(rich)).toBeNull(),
  );
  it("is inferred from an example", () => {
    expect(inferSchema({ a: [1], b: { c: true }, d: null })).toEqual({
      type: "object",
      properties: {
        a: { type: "array", items: { type: "number" } },
        b: { type: "object", properties: { c: { type: "boolean" } }, required: ["c"], additionalProperties: false },
        d: { type: "string" },
      },
      required: ["a", "b", "d"],
      additionalProperties: false,
    });
  });
});

it.each([
  ["your name", "your_name"],
  ["Café-2", "Cafe_2"],
  ["2nd", "_2nd"],
  ["名字", ""],
])("the name %j becomes %j", (typed, name) => expect(cleanName(typed)).toBe(name));

describe("x-show-if", () => {
  it.each([
    [undefined, true],
    [{ a: 1 }, true],
    [{ a: [2, 3] }, false],
    [{ "deep.on": true }, true],
    [{ missing: false }, true],
    [{ missing: true }, false],
    [{ field: "a", equals: 1 }, true],
    [{ field: "a", not: 1 }, false],
    [{ field: "a", in: [1, 2] }, true],
    [[{ a: 1 }, { "deep.on": false }], false],
  ])("%j: %s", (rule, shown) => expect(isShown({ "x-show-if": rule }, { a: 1, deep: { on: true } })).toBe(shown));
});
