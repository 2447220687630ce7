import { describe, expect, it } from "vitest";
import { operationsFor, readAssignments, withOperation, writeAssignments } from "@/features/panel/widgets/assignments";
import { readOutputs, writeOutputs } from "@/features/panel/widgets/code-outputs";
import { asksFiles, operatorsFor, withOperator } from "@/features/panel/widgets/conditions";
import { readCurl, shellWords } from "@/features/panel/widgets/curl-command";
import { withRequest } from "@/features/panel/widgets/curl-settings";
import { rankingOf, withRanking } from "@/features/panel/widgets/datasets";
import { freeSecretName, isInTheClear, readAuthorization, writeAuthorization } from "@/features/panel/widgets/http-authorization";
import { readBody, withBodyType } from "@/features/panel/widgets/http-body";
import { editLine, readLines, writeLines } from "@/features/panel/widgets/http-lines";
import { nextId } from "@/features/panel/widgets/rows";
import { inLanguage, parameters, STARTER, withParameters } from "@/features/panel/widgets/signature";

describe("key: value lines", () => {
  it.each([
    "",
    "a: 1\nb:2",
    "Accept:application/json\n\n  X-Odd :  spaced  \n{{#start.headers#}}\nno colon here\nurl: https://a/b:c",
    "a: 1\n",
  ])("come back as they were: %j", (text) => expect(writeLines(readLines(text))).toBe(text));

  it("changes only the line of the edited row", () => {
    const rows = readLines("a:1\nb :  2\n{{#s.h#}}");
    rows[1] = editLine(rows[1]!, { value: "3\n4" });
    expect(writeLines(rows)).toBe("a:1\nb:  3 4\n{{#s.h#}}");
  });

  it("gives a line without a colon a value", () => {
    const [row] = readLines("flag");
    expect(writeLines([editLine(row!, { value: "on" })])).toBe("flag: on");
    expect(writeLines([editLine(row!, { key: "other" })])).toBe("other");
  });
});

describe("cURL", () => {
  it.each([
    ["a 'b c' d", ["a", "b c", "d"]],
    ['say "it\'s \\"so\\"" x\\ y', ["say", 'it\'s "so"', "x y"]],
    ["one \\\n  two", ["one", "two"]],
    ["$'tab\\tquote\\'\\u4f60'", ["tab\tquote'你"]],
    ["'' \"\"", ["", ""]],
    ["curl ^\n  -s", ["curl", "-s"]],
  ])("cuts %j into words", (text, words) => expect(shellWords(text)).toEqual(words));

  it("reads what a browser copies", () => {
    const request = readCurl(`curl 'https://api.example.com/v1/items?page=2&q=a%20b' \\
      -H 'accept: application/json' -H 'content-type: application/json' \\
      -H 'Authorization: Bearer sk-1' --data-raw '{"a":1}' --compressed`);
    expect(request).toMatchObject({ method: "post", body: { type: "json", text: '{"a":1}' }, ignored: [] });
    expect(request.headers).toEqual([
      ["accept", "application/json"],
      ["Authorization", "Bearer sk-1"],
    ]);
    expect(withRequest({ timeout: { read: 9 } }, request)).toMatchObject({
      url: "https://api.example.com/v1/items",
      params: "page: 2\nq: a b",
      headers: "accept: application/json",
      authorization: { type: "api-key", config: { type: "bearer", api_key: "sk-1" } },
      body: { type: "json", data: [{ value: '{"a":1}' }] },
    });
  });

  it("reads forms, users, joined options and what it cannot keep", () => {
    expect(readCurl("curl -XPUT -F name=Ada -F 'file=@a.pdf;type=application/pdf' example.com/x")).toMatchObject({
      method: "put",
      url: "http://example.com/x",
      body: {
        type: "form-data",
        rows: [
          { key: "name", value: "Ada", file: false },
          { key: "file", value: "", file: true },
        ],
      },
    });
    expect(readCurl("curl -d a=1 -d 'b=x+y%21' -u me:pw -k https://h --proxy p:1")).toMatchObject({
      body: {
        type: "x-www-form-urlencoded",
        rows: [
          ["a", "1"],
          ["b", "x y!"],
        ],
      },
      user: "me:pw",
      insecure: true,
      ignored: ["--proxy"],
    });
    expect(readCurl("curl -G https://h/s -d q=1 --data-urlencode 'n=a b'")).toMatchObject({
      method: "get",
      url: "https://h/s?q=1&n=a%20b",
    });
    expect(readCurl("curl --json '{\"a\":1}' https://h")).toMatchObject({ method: "post", body: { type: "json" } });
    expect(readCurl("curl -I https://h").method).toBe("head");
  });

  it.each([
    ["wget x", "not_curl"],
    ["curl -s", "no_url"],
    ["curl 'https://h", "open_quote"],
  ])("refuses %j as %s", (text, code) => expect(() => readCurl(text)).toThrow(code));

  it("keeps a query that rows cannot say in the address", () => {
    const url = "https://h/x?a:b=1";
    expect(withRequest({}, readCurl(`curl '${url}'`))).toMatchObject({ url, params: "" });
  });
});

describe("authorization", () => {
  it("reads short and long shapes, and keeps what it does not know", () => {
    expect(readAuthorization({ type: "basic", config: { api_key: "k" } })).toEqual({ kind: "basic", key: "k", header: "" });
    expect(readAuthorization({ type: "no-auth", config: null }).kind).toBe("no-auth");
    expect(
      writeAuthorization({ type: "api-key", x: 1, config: { type: "bearer", api_key: "k", y: 2 } }, { kind: "custom", header: "X-Key" }),
    ).toEqual({ type: "api-key", x: 1, config: { type: "custom", api_key: "k", header: "X-Key", y: 2 } });
  });

  it("tells a written key from one in a variable", () => {
    expect(isInTheClear("sk-1")).toBe(true);
    expect(isInTheClear("{{#env.KEY#}}")).toBe(false);
    expect(isInTheClear("")).toBe(false);
    expect(freeSecretName("HTTP request 2", new Set(["HTTP_REQUEST_2_KEY"]))).toBe("HTTP_REQUEST_2_KEY_2");
    expect(freeSecretName("天气", new Set())).toBe("KEY");
  });
});

describe("bodies", () => {
  it("reads old texts as fields or as the body", () => {
    expect(readBody({ type: "x-www-form-urlencoded", data: "a:1\nb:2" })).toMatchObject([
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ]);
    expect(readBody({ type: "json", data: "{}" })).toMatchObject([{ value: "{}" }]);
    expect(readBody({ type: "form-data", data: [{ id: "x", key: "f", type: "file", file: ["s", "f"] }] })).toEqual([
      { id: "x", key: "f", type: "file", value: "", file: ["s", "f"] },
    ]);
  });

  it("keeps rows between forms and texts", () => {
    const form = { type: "form-data", data: [{ key: "a", type: "text", value: "1" }], other: 1 };
    expect(withBodyType(form, "x-www-form-urlencoded")).toEqual({ ...form, type: "x-www-form-urlencoded" });
    expect(withBodyType(form, "json")).toMatchObject({ type: "json", data: [{ value: "" }], other: 1 });
  });
});

describe("programs", () => {
  it.each([
    ["python3", "def main(a: str, b: dict[str, int] = {}) -> dict:\n  return {}", ["a", "b"]],
    ["python3", "import re\nasync def main():\n  pass", []],
    ["python3", "def main(**kwargs):\n  pass", null],
    ["python3", "x = 1", null],
    ["javascript", "function main({ a, b: c = 1 }) {}", ["a", "b"]],
    ["javascript", "async function main() {}", []],
    ["javascript", "function main(args) {}", null],
  ] as const)("finds what main takes in %s %j", (language, code, names) => expect(parameters(language, code)).toEqual(names));

  it("writes parameters, keeping types and defaults", () => {
    const code = "# note\ndef main(a: str = 'x') -> dict:\n    return {}\n";
    expect(withParameters("python3", code, [{ name: "a" }, { name: "n", type: "array[number]" }])).toBe(
      "# note\ndef main(a: str = 'x', n: list) -> dict:\n    return {}\n",
    );
    expect(withParameters("javascript", "function main() { return 1 }", [{ name: "a" }])).toBe("function main({ a }) { return 1 }");
  });

  it("changes the language of an untouched program only", () => {
    expect(inLanguage(STARTER.python3, "python3", "javascript")).toBe(STARTER.javascript);
    expect(inLanguage("def main(): return 1", "python3", "javascript")).toBe("def main(): return 1");
  });

  it("keeps outputs with their fields and unknown keys", () => {
    const outputs = {
      a: { type: "object", children: { b: { type: "string", children: null } }, note: "x" },
      c: { type: "number", children: null },
    };
    expect(writeOutputs(readOutputs(outputs))).toEqual(outputs);
  });
});

describe("assignments", () => {
  const v1 = { assigned_variable_selector: ["conversation", "log"], write_mode: "append", input_variable_selector: ["a", "text"] };

  it("keeps the first version's words while they say it, and goes to the second otherwise", () => {
    const rows = readAssignments(v1);
    expect(rows).toMatchObject([{ operation: "append", value: ["a", "text"] }]);
    const same: Record<string, unknown> = { ...v1 };
    writeAssignments(same, [{ ...rows[0]!, operation: "over-write" }]);
    expect(same).toEqual({ ...v1, write_mode: "over-write" });
    const more: Record<string, unknown> = { ...v1 };
    writeAssignments(more, [withOperation(rows[0]!, "remove-last")]);
    expect(more).toEqual({
      version: "2",
      items: [{ variable_selector: ["conversation", "log"], input_type: "variable", operation: "remove-last", value: null }],
    });
  });

  it("offers operations by type", () => {
    expect(operationsFor("number")).toContain("+=");
    expect(operationsFor("array[string]")).toContain("append");
    expect(operationsFor("string")).not.toContain("append");
  });
});

describe("conditions on files", () => {
  it("gives a list of files conditions of its own, and takes them away", () => {
    expect(operatorsFor("array[file]")).toContain("all of");
    const row = { id: "c", varType: "array[file]", variable_selector: ["s", "f"], comparison_operator: "empty", value: "" };
    const files = withOperator(row, "contains");
    expect(asksFiles("array[file]", "contains")).toBe(true);
    expect(files.sub_variable_condition).toMatchObject({ logical_operator: "and", conditions: [] });
    expect(withOperator(files, "not empty")).not.toHaveProperty("sub_variable_condition");
  });
});

describe("knowledge", () => {
  it("turns ranking on and off without losing its settings", () => {
    expect(rankingOf({ reranking_model: { model: "m" } })).toBe("reranking_model");
    const weighted = withRanking({ top_k: 3 }, "weighted_score");
    expect(weighted).toMatchObject({
      top_k: 3,
      reranking_enable: true,
      weights: { vector_setting: { vector_weight: 0.7 }, keyword_setting: { keyword_weight: 0.3 } },
    });
    expect(rankingOf(weighted)).toBe("weighted_score");
    expect(rankingOf(withRanking(weighted, "none"))).toBe("none");
  });
});

it("gives rows ids that none has", () => {
  expect(nextId(["1", "2"])).toBe("3");
  expect(nextId(["x"])).toBe("1");
  expect(nextId(["1711528708197", "1"])).toBe("1711528708198");
});
