import { describe, expect, it } from "vitest";
import { joinSegments, referencesIn, referenceText, splitReferences, writable } from "@/features/prompt/reference";

describe("references", () => {
  it.each([
    "",
    "plain",
    "{{#start.query#}}",
    "a {{#start.query#}} b {{#llm_1.structured_output.items#}}\n{{#sys.query#}}",
    "{{#1719288585006.text#}}{{#context#}}{{#histories#}}",
    "{{ jinja }} {# comment #} {{#not a ref#}} {{#a#}} {{#a..b#}} {{##}} {{#a.1b#}}",
    "你好{{#start.问题#}}{{#start.q#}}",
    "{{{#a.b#}}}",
  ])("split and join give the text back: %j", (text) => expect(joinSegments(splitReferences(text))).toBe(text));

  it("finds selectors with their places", () => {
    expect(splitReferences("x {{#a.b.c#}}!")).toEqual([
      { kind: "text", text: "x " },
      { kind: "reference", selector: ["a", "b", "c"], from: 2, to: 13 },
      { kind: "text", text: "!" },
    ]);
  });

  it("leaves alone what the runtime would not read", () => {
    for (const text of ["{{#a#}}", "{{# a.b #}}", "{{#a.1b#}}", "{{a.b}}", "{{#start.问题#}}"])
      expect(splitReferences(text)).toEqual([{ kind: "text", text }]);
  });

  it("lists each selector once", () =>
    expect(referencesIn("{{#a.b#}}{{#c.d#}}{{#a.b#}}")).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]));

  it("knows what can be written", () => {
    expect(referenceText(["a", "b"])).toBe("{{#a.b#}}");
    expect(writable(["a", "b"])).toBe(true);
    expect(writable(["context"])).toBe(true);
    expect(writable(["a", "问题"])).toBe(false);
    expect(writable(["a"])).toBe(false);
  });
});
